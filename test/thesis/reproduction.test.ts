import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { subset, type DataSet } from '../../src/core/data/dataSet';
import type { Engine } from '../../src/core/engine/engine';
import { typescriptEngine } from '../../src/core/engine/typescript/typescriptEngine';
import type { Checkpoint } from '../../src/core/experiment/events';
import type { MetricsRow } from '../../src/core/experiment/metricsRow';
import { runExperiment } from '../../src/core/experiment/runExperiment';
import { measureMatrix } from '../../src/core/measures/measure';
import { layersOf, layoutOf, type Layout } from '../../src/core/network/layout';
import { ADAM_DEFAULTS } from '../../src/core/training/adam';
import { trainingDraws, type TrainingDraws } from '../../src/core/training/draws';
import { dataSourceOf } from '../../src/node/compute/data/dataSources';
import { fastestLocalEngine } from '../../src/node/compute/localEngine';
import { openExperiment } from '../../src/node/experiments/openExperiment';
import { importExperiment } from '../../src/node/experiments/importExperiment';
import { nodePace } from '../../src/node/files/eventLoop';
import { isAvailable, publishedFiles, referenceOf, type Reference } from './reference';

/*
 * Imports the published experiments, runs them with their protocol, and compares them with PyTorch's runs. Random
 * draws must be the same. Trained parameters differ by rounding, which hardly grows in a linear network but does
 * in one with ReLUs, where it can switch a unit on or off. After 50 more epochs at ten times the learning rate, two
 * runs only share their distribution.
 */
interface Tolerances {
  /** R, coverage and test error of the trained network, and R after every epoch. */
  readonly trained: number;
  /** R of each layer after every epoch, and of each trained neuron. */
  readonly layer: number;
  readonly neuron: number;
  /** An element of the attribution matrix, as a share of the largest one. */
  readonly attribution: number;
  /** Units of a hidden layer after pruning. */
  readonly width: number;
  /** R before retraining. */
  readonly pruned: number;
}

const EXACT_BUT_FOR_ROUNDING: Tolerances = {
  trained: 5e-4,
  layer: 5e-4,
  neuron: 5e-4,
  attribution: 5e-4,
  width: 2,
  pruned: 5e-4,
};

const EXPERIMENTS: readonly [name: string, tolerances: Tolerances][] = [
  ['Linear0', EXACT_BUT_FOR_ROUNDING],
  [
    'NonLinear0',
    { trained: 0.01, layer: 0.02, neuron: 0.05, attribution: 0.02, width: 2, pruned: 0.03 },
  ],
];

/** Data, rows and checkpoints of a run. */
interface Run {
  readonly data: DataSet;
  readonly layout: Layout;
  readonly draws: TrainingDraws;
  readonly rows: readonly MetricsRow[];
  readonly initial: Checkpoint;
  readonly trained: Checkpoint;
}

async function run(name: string, { hidden, relu }: Reference): Promise<Run> {
  const out = mkdtempSync(path.join(tmpdir(), 'thesis-'));
  try {
    const activation = relu ? 'relu' : 'linear';
    await importExperiment({ ...publishedFiles(name), hidden, activation, out });
    const experiment = await openExperiment(out);
    const { specification } = experiment;
    assert.deepEqual([specification.seeds, specification.streams], [[42], 'torch']);
    const { engine } = fastestLocalEngine();
    const pace = nodePace();
    let data: DataSet | undefined;
    const rows: MetricsRow[] = [];
    const checkpoints = new Map<string, Checkpoint>();
    const events = runExperiment(specification, {
      engine,
      pace,
      async *data(dataPace) {
        const made = yield* dataSourceOf(experiment, engine)(dataPace);
        ({ data } = made);
        return made;
      },
    });
    for await (const event of events) {
      if (event.type === 'epoch-measured') rows.push(event.row);
      if (event.type === 'checkpoint-ready' && event.checkpoint.leg.requested === null) {
        checkpoints.set(event.checkpoint.phase, event.checkpoint);
      }
    }
    const initial = checkpoints.get('initial');
    const trained = checkpoints.get('training');
    assert.ok(data && initial && trained);
    const { samples } = data;
    const layout = layoutOf([data.inputDim, ...hidden, data.outputDim], activation);
    const draws = trainingDraws('torch', 42, { layout, samples, train: 0.7 * samples });
    return { data, layout, draws, rows, initial, trained };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function near(actual: number | null, expected: number, tolerance: number, what: string): void {
  const difference = Math.abs((actual ?? NaN) / expected - 1);
  assert.ok(difference <= tolerance, `${what}: ${actual} is ${difference} off ${expected}`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

(isAvailable ? describe : describe.skip)('the published experiment', function () {
  this.timeout('5m');

  for (const [name, tolerances] of EXPERIMENTS) {
    describe(name, () => {
      let reference: Reference;
      let result: Run;

      before(async () => {
        reference = referenceOf(name);
        result = await run(name, reference);
      });

      /** The rows of pruned specimens, each with its results in the reference. */
      function pruned(
        phase: MetricsRow['phase'],
        epoch: number,
      ): [MetricsRow, Reference['prune'][number]][] {
        const rows = result.rows.filter((row) => row.phase === phase && row.epoch === epoch);
        assert.deepEqual(
          rows.map(({ requested }) => requested),
          reference.prune.map(({ requested }) => requested),
        );
        return rows.map((row, i) => [row, reference.prune[i]]);
      }

      it('has the initial parameters of PyTorch', () => {
        const heads = layersOf(result.initial.specimen).flatMap(({ weights, biases }, l) => [
          [`${l}.weight`, [...weights.subarray(0, 8)]],
          [`${l}.bias`, [...biases.subarray(0, 8)]],
        ]);
        assert.deepEqual(Object.fromEntries(heads), reference.initialParametersHead);
      });

      it('has the split and the batches of PyTorch', () => {
        const { data, draws } = result;
        const { train, test } = draws.split;
        assert.deepEqual([...train.subarray(0, 16)], reference.trainIndexHead);
        assert.deepEqual([...test.subarray(0, 16)], reference.testIndexHead);
        const first = draws.order(1).subarray(0, reference.firstBatchInputs.length);
        const { inputs } = subset(subset(data, train), first);
        assert.deepEqual([...inputs], reference.firstBatchInputs.flat());
      });

      for (const engine of [typescriptEngine(), fastestLocalEngine().engine]) {
        it(`has the losses of PyTorch in the first 40 steps: ${engine.name} engine`, async () => {
          const losses = await firstLosses(result, engine);
          assert.equal(reference.stepLossHead.length, 40);
          reference.stepLossHead.forEach((loss, step) =>
            near(losses[step], loss, 1e-5, `step ${step}`),
          );
        });
      }

      it('has the polysemanticity of PyTorch after every epoch, in each layer', () => {
        const rows = result.rows.filter(({ phase }) => phase === 'training');
        assert.equal(rows.length, 50);
        rows.forEach(({ epoch, measures: { relative, coverage } }, i) => {
          const figures = reference.trajectory[i];
          near(relative.mean, figures.polysemanticity, tolerances.trained, `R of epoch ${epoch}`);
          near(
            coverage.mean,
            figures.dimensionality,
            tolerances.trained,
            `coverage of epoch ${epoch}`,
          );
          figures.layers.forEach((r, l) =>
            near(relative.layers[l], r, tolerances.layer, `R of layer ${l} in epoch ${epoch}`),
          );
        });
      });

      it('has the polysemanticity, coverage and test error of PyTorch after training', () => {
        const { testLoss, measures } = result.rows.filter(({ phase }) => phase === 'training')[49];
        const { baseline } = reference;
        near(measures.relative.mean, baseline.polysemanticity, tolerances.trained, 'R');
        near(measures.coverage.mean, baseline.dimensionality, tolerances.trained, 'coverage');
        near(testLoss, baseline.testLoss, tolerances.trained, 'test error');
      });

      it('has the attribution matrix of PyTorch, and the polysemanticity of every neuron', () => {
        const { attribution } = result.trained;
        const expected = reference.baseline.attribution.flat();
        assert.equal(attribution.values.length, expected.length);
        const allowed = tolerances.attribution * Math.max(...expected.map(Math.abs));
        expected.forEach((value, i) => {
          const difference = Math.abs(attribution.values[i] - value);
          assert.ok(difference <= allowed, `element ${i} is ${difference} off, ${allowed} allowed`);
        });
        const { perNeuron } = measureMatrix(attribution, { compatibility: 'thesis' }).relative;
        reference.baseline.perNeuron.forEach((r, k) =>
          near(perNeuron[k], r, tolerances.neuron, `R of neuron ${k}`),
        );
      });

      it('loses the same number of units of each layer at every ratio, with the same effect', () => {
        for (const [row, { requested, hidden, parameters, beforeRetraining }] of pruned(
          'pruned',
          0,
        )) {
          row.hidden.forEach((width, l) => {
            const off = Math.abs(width - hidden[l]);
            assert.ok(
              off <= tolerances.width,
              `layer ${l} at ${requested}: ${width} for ${hidden[l]}`,
            );
          });
          if (String(row.hidden) === String(hidden)) assert.equal(row.parameters, parameters);
          const { relative } = row.measures;
          near(
            relative.mean,
            beforeRetraining.polysemanticity,
            tolerances.pruned,
            `R at ${requested}`,
          );
        }
      });

      it('has the results of the reference after retraining', () => {
        const figures: [
          string,
          (row: MetricsRow) => number | null,
          (f: Reference['prune'][number]['afterRetraining']) => number,
        ][] = [
          ['R', ({ measures }) => measures.relative.mean, ({ polysemanticity }) => polysemanticity],
          [
            'coverage',
            ({ measures }) => measures.coverage.mean,
            ({ dimensionality }) => dimensionality,
          ],
          ['test error', ({ testLoss }) => testLoss, ({ testLoss }) => testLoss],
        ];
        for (const [what, ours, theirs] of figures) {
          const pairs = pruned('retraining', 50);
          const actual = pairs.map(([row]) => ours(row) ?? NaN);
          const expected = pairs.map(([, { afterRetraining }]) => theirs(afterRetraining));
          const [least, most] = [Math.min(...expected), Math.max(...expected)];
          // Twelve normal values span 3.26 standard deviations on average: half of that more on either
          // side is 3.26 from the middle, where 1 of 900 values lies beyond.
          const margin = (most - least) / 2;
          actual.forEach((value, i) => {
            assert.ok(
              value >= least - margin && value <= most + margin,
              `${what} at ${pairs[i][1].requested}: ${value} is far from ${least} to ${most}`,
            );
          });
          // Two means of twelve: three standard errors of their difference.
          const centre = mean(expected);
          const variance = mean(expected.map((value) => (value - centre) ** 2)) * (12 / 11);
          const allowed = 3 * Math.sqrt((2 * variance) / 12);
          const off = Math.abs(mean(actual) - centre);
          assert.ok(off <= allowed, `the mean ${what} is ${off} off ${centre}, ${allowed} allowed`);
        }
      });
    });
  }
});

/** Losses of the first epoch's batches. */
async function firstLosses({ data, draws, layout }: Run, engine: Engine): Promise<Float64Array> {
  const task = {
    layout,
    parameters: draws.initialParameters,
    data: subset(data, draws.split.train),
    optimizer: { kind: 'adam' as const, ...ADAM_DEFAULTS, learningRate: 0.001 },
    batchSize: 64,
    epochs: 1,
    order: (epoch: number) => draws.order(epoch),
  };
  for await (const { stepLosses } of engine.train([task], nodePace())) return stepLosses;
  return assert.fail('there was no epoch');
}
