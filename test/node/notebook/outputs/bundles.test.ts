import assert from 'node:assert/strict';
import type { MetricsRow } from '../../../../src/core/experiment/metricsRow';
import { measureMatrix } from '../../../../src/core/measures/measure';
import { MEASURES } from '../../../../src/core/measures/table';
import {
  attributionBundle,
  MAX_EMBEDDED,
  seriesBundle,
  type MatrixCheckpoint,
} from '../../../../src/node/notebook/outputs/attributionBundle';
import { labValueOutput } from '../../../../src/node/notebook/outputs/labValueOutput';
import { runBundle } from '../../../../src/node/notebook/outputs/runBundle';
import { outputMatrices } from '../../../../src/figures/matrix/outputMatrices';
import { trajectoryBundle } from '../../../../src/node/notebook/outputs/trajectoryBundle';
import { defineExperiment } from '../../../../src/api/experiment';
import { ATTRIBUTION_MIME, attributionOutput } from '../../../../src/protocol/outputs/attribution';
import { RUN_MIME, runOutput } from '../../../../src/protocol/outputs/run';
import { decodeColumn, decodeMatrix } from '../../../../src/protocol/outputs/tensor';
import { TRAJECTORY_MIME, trajectoryOutput } from '../../../../src/protocol/outputs/trajectory';
import { exampleRow } from '../../../core/experiment/exampleRow';
import { matrixOf } from './matrices';

const rowOf = (fields: Partial<Omit<MetricsRow, 'measures'>>): MetricsRow => {
  const measures = MEASURES.map(({ id }, i) => {
    return [id, { mean: i + 0.5, layers: [i, null], missing: 1, null: null }] as const;
  });
  return exampleRow({
    phase: 'training',
    testLoss: 0.25,
    r2: null,
    ...fields,
    measures: Object.fromEntries(measures),
  });
};

/** As a notebook keeps it. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('outputs of attribution matrices', () => {
  it('follow their schema and hold the values in float32', () => {
    const matrix = matrixOf([3, 2], 4);
    const bundle = attributionBundle(matrix, {
      title: 'Mine',
      run: 'runs/x',
      nulls: { relative: 2 },
    });
    const output = attributionOutput.parse(stored(bundle[ATTRIBUTION_MIME]));
    assert.ok(output.values && output.units && !Array.isArray(output.units));
    const { rows, columns, values } = decodeMatrix(output.values, 'values');
    assert.deepEqual([rows, columns], [5, 4]);
    assert.deepEqual([...values], [...Float32Array.from(matrix.values)]);
    assert.deepEqual([...decodeColumn(output.units, 'units')], [0, 1, 2, 0, 1]);
    assert.deepEqual(output.layers, [
      { start: 0, end: 3 },
      { start: 3, end: 5 },
    ]);
    assert.deepEqual([output.title, output.run, output.nulls], ['Mine', 'runs/x', { relative: 2 }]);
  });

  it('say in words what the measures say', () => {
    const matrix = { ...matrixOf([3, 2], 4) };
    matrix.values.fill(0, 0, 4);
    const { relative } = measureMatrix(matrix);
    const text = String(attributionBundle(matrix)['text/plain']);
    assert.match(text, /5 neurons × 4 features, pre-activation/);
    assert.match(text, new RegExp(`R: mean ${relative.net.mean.toFixed(4)}; by layer`));
    assert.match(text, /dead neurons: 1 of 5/);
  });

  it('carry how their run measures, and the completeness error', () => {
    const matrix = { ...matrixOf([3, 2], 4), completenessError: 0.125 };
    matrix.values.fill(0, 0, 4);
    const options = { compatibility: 'thesis', activation: 'linear' } as const;
    const leg = { seed: 1, arm: 'dense', requested: null } as const;
    const one = { leg, phase: 'training', epoch: 1, attribution: matrix } as const;
    const { relative } = measureMatrix(matrix, options);
    for (const bundle of [attributionBundle(matrix, options), seriesBundle([one], options)]) {
      const text = String(bundle['text/plain']);
      assert.match(text, new RegExp(`R: mean ${relative.net.mean.toFixed(4)}; by layer`));
      assert.match(text, /dead neurons: 1 of 5/);
      const still = String(bundle['image/svg+xml']);
      assert.match(still, /mean of 5 neurons · completeness error 0.125/);
      const output = attributionOutput.parse(stored(bundle[ATTRIBUTION_MIME]));
      const { series, matrix: decoded } = outputMatrices(output);
      assert.deepEqual([series.compatibility, series.activation], ['thesis', 'linear']);
      assert.equal(decoded(series.checkpoints[0].name).completenessError, 0.125);
    }
  });

  it('that are too large are a picture only, and say so', () => {
    const bundle = attributionBundle(matrixOf([2000], 1000));
    assert.equal(bundle[ATTRIBUTION_MIME], undefined);
    assert.match(String(bundle['text/plain']), /too large to embed \(8.01 MB\)/);
    assert.ok(String(bundle['image/svg+xml']).length < 4e6);
  });

  it('in a series are as many as fit, the ends among them', () => {
    const checkpoints = Array.from({ length: 9 }, (_, epoch): MatrixCheckpoint => {
      const leg = { seed: 42, arm: 'dense', requested: null } as const;
      const attribution = matrixOf([125], 600);
      return { leg, phase: 'training', epoch, attribution, row: rowOf({ epoch }) };
    });
    const bundle = seriesBundle(checkpoints, { run: 'runs/x' });
    const output = attributionOutput.parse(stored(bundle[ATTRIBUTION_MIME]));
    const epochs = output.checkpoints?.map(({ epoch }) => epoch) ?? [];
    assert.ok(epochs.length < 9 && epochs.length * 125 * 601 * 4 <= MAX_EMBEDDED);
    assert.deepEqual([epochs[0], epochs.at(-1)], [0, 8]);
    assert.match(output.note ?? '', /4 of 9 checkpoints .* all are in runs\/x/);
    assert.deepEqual(output.hidden, [125]);
    const small = seriesBundle(checkpoints.slice(0, 2));
    assert.equal(attributionOutput.parse(stored(small[ATTRIBUTION_MIME])).note, undefined);
  });
});

describe('outputs of trajectories', () => {
  it('keep several runs apart, in the picture and in words', () => {
    const rows = [rowOf({ epoch: 1, testLoss: 0.25 })];
    const others = [rowOf({ epoch: 1, testLoss: 0.75 })];
    const bundle = trajectoryBundle([
      { name: 'Anne', rows },
      { name: 'Bert', rows: others },
    ]);
    const svg = String(bundle['image/svg+xml']);
    for (const name of ['Anne (n = 1)', 'Bert (n = 1)']) assert.ok(svg.includes(name), name);
    const text = String(bundle['text/plain']);
    assert.match(text, /Anne:\n1 row, 1 seed\n.*test loss 0\.25\n/);
    assert.match(text, /Bert:\n1 row, 1 seed\n.*test loss 0\.75/);
  });

  it('follow their schema; what is missing stays missing', () => {
    const rows = [rowOf({}), rowOf({ epoch: 1, trainLoss: 0.5, arm: 'dropout', requested: 0.3 })];
    const bundle = trajectoryBundle([{ name: 'Mine', rows, run: 'runs/x' }]);
    const [run] = trajectoryOutput.parse(stored(bundle[TRAJECTORY_MIME])).runs;
    const { columns } = run;
    const decoded = (column: Parameters<typeof decodeColumn>[0] | undefined): number[] =>
      column ? [...decodeColumn(column, 'column')] : [];
    assert.deepEqual(decoded(columns.epoch), [0, 1]);
    assert.deepEqual(decoded(columns.trainLoss), [NaN, 0.5]);
    assert.deepEqual(decoded(columns.requested), [NaN, 0.3]);
    assert.deepEqual(columns.arm, ['dense', 'dropout']);
    const { relative, participation } = columns.measures;
    assert.deepEqual(decoded(relative?.mean), [0.5, 0.5]);
    assert.deepEqual(decoded(participation?.layers?.[0]), [1, 1]);
    assert.deepEqual(decoded(participation?.layers?.[1]), [NaN, NaN]);
    assert.deepEqual(decoded(relative?.null), [NaN, NaN]);
  });

  it('of many rows leave epochs out, but no end of a leg', () => {
    const rows = Array.from({ length: 30_001 }, (_, epoch) => rowOf({ epoch }));
    const bundle = trajectoryBundle([{ name: 'long', rows }]);
    const output = trajectoryOutput.parse(stored(bundle[TRAJECTORY_MIME]));
    const epochs = decodeColumn(output.runs[0].columns.epoch, 'epoch');
    assert.ok(epochs.length < 8000);
    assert.deepEqual([epochs[0], epochs.at(-1)], [0, 30_000]);
    assert.match(output.note ?? '', /one in 4/);
  });

  it('say in words how each arm ends', () => {
    const rows = [
      rowOf({ seed: 1, testLoss: 0.2 }),
      rowOf({ seed: 1, epoch: 1, testLoss: 0.1 }),
      rowOf({ seed: 2, epoch: 1, testLoss: 0.3 }),
    ];
    const text = String(trajectoryBundle([{ name: 'Mine', rows }])['text/plain']);
    assert.match(text, /3 rows, 2 seeds/);
    assert.match(text, /dense, trained: R 0\.5, test loss 0\.2$/m);
  });
});

describe('the card of a run', () => {
  it('follows its schema, with and without results', () => {
    const specification = defineExperiment({
      name: 'Mine',
      features: { count: 4 },
      data: { inputs: 2 },
      specimen: { hidden: [3, 2] },
    });
    const run = { name: 'Mine', specification, engine: 'simd', state: 'finished' } as const;
    const empty = runBundle({ ...run, rows: [], matrices: [] });
    assert.deepEqual(Object.keys(empty), [RUN_MIME, 'text/plain']);
    runOutput.parse(stored(empty[RUN_MIME]));
    const leg = { seed: 42, arm: 'dense', requested: null } as const;
    const attribution = matrixOf([3, 2], 4);
    const full = runBundle({
      ...run,
      rows: [rowOf({})],
      matrices: [{ leg, phase: 'training', epoch: 0, attribution }],
    });
    const { facts, attribution: matrices, trajectory } = runOutput.parse(stored(full[RUN_MIME]));
    assert.deepEqual(facts[0], ['state', 'finished']);
    assert.equal(matrices?.checkpoints?.length, 1);
    assert.equal(trajectory?.runs.length, 1);
  });
});

describe('values of the lab', () => {
  it('are told by their shape', () => {
    const matrix = matrixOf([3], 4);
    assert.ok(labValueOutput(matrix)?.[ATTRIBUTION_MIME]);
    assert.ok(labValueOutput([rowOf({})])?.[TRAJECTORY_MIME]);
    assert.match(
      String(labValueOutput(measureMatrix(matrix))?.['text/plain']),
      /Relative polysemanticity/,
    );
    const others = [null, undefined, 1, 'x', [], {}, [1], [null], { measures: {} }];
    for (const other of [...others, { ...matrix, neurons: 4 }]) {
      assert.equal(labValueOutput(other), undefined, JSON.stringify(other));
    }
  });
});
