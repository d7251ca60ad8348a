import assert from 'node:assert/strict';
import path from 'node:path';
import {
  activations,
  attribute,
  attributionOutput,
  checkpointName,
  defineExperiment,
  DISPLAY,
  generateData,
  initialise,
  LabError,
  listRuns,
  measure,
  measureNull,
  MEASURES,
  openRun,
  predict,
  prune,
  runExperiment,
  runOutput,
  splitData,
  Stopped,
  testError,
  train,
  trainPopulation,
  trajectoryOutput,
  type Displayed,
  type ExperimentEvent,
  type MimeBundle,
} from '../../src/api';
import { ATTRIBUTION_MIME } from '../../src/protocol/outputs/attribution';
import { RUN_MIME, runOutput as runSchema } from '../../src/protocol/outputs/run';
import { TRAJECTORY_MIME } from '../../src/protocol/outputs/trajectory';
import { TINY } from '../cli/workshop';
import { temporaryFolders } from '../node/temporaryFolder';

const experiment = defineExperiment(TINY);
const SEED = 42;

const shown = async (value: Displayed): Promise<MimeBundle> => value[DISPLAY]();

describe('the module', () => {
  describe('defineExperiment', () => {
    it('fills in defaults', () => {
      assert.equal(experiment.training.batchSize, 64);
      assert.deepEqual(experiment.seeds, [42]);
    });

    it('names every invalid field', () => {
      const wrong = { ...TINY, seeds: [-1], pruning: { ratios: [2] } };
      assert.throws(
        () => defineExperiment(wrong),
        (error) => {
          assert.ok(error instanceof LabError);
          assert.match(error.message, /seeds\[0\]: -1[^]*pruning\.ratios\[0\]: 2/);
          return true;
        },
      );
    });
  });

  it('computes the same step by step as a run', async () => {
    const run = await runExperiment(experiment, { workers: 1 }).finish();
    const rows = await run.rows();
    const { encoder, data } = await generateData(experiment);
    const { train: samples, test } = splitData(data, SEED);
    const { hidden } = experiment.specimen;
    const start = initialise({ inputs: 3, hidden, outputs: data.outputDim }, SEED);
    const trained = await train(start, samples, { seed: SEED, epochs: 3 });
    const trainedRow = rows.find(({ arm, epoch, requested }) => {
      return arm === 'dense' && epoch === 3 && requested === null;
    });
    assert.deepEqual(await testError(trained, test), {
      testLoss: trainedRow?.testLoss,
      r2: trainedRow?.r2,
    });

    const { specimen } = prune(trained, { ratio: 0.6 });
    const retrained = await train(specimen, samples, { seed: SEED, epochs: 2, epochsBefore: 3 });
    const name = checkpointName({ seed: SEED, arm: 'dense', requested: 0.6 }, 'retraining', 2);
    assert.deepEqual(retrained.parameters, (await run.specimen(name)).parameters);
    const matrix = attribute(encoder, retrained);
    assert.deepEqual(matrix.values, (await run.attribution(name)).values);
    const row = rows.find(({ arm, epoch, requested }) => {
      return arm === 'dense' && epoch === 2 && requested === 0.6;
    });
    const measured = measure(matrix, { activations: activations(encoder, retrained) });
    for (const { id } of MEASURES) {
      const { mean } = measured[id].net;
      assert.equal(Number.isNaN(mean) ? null : mean, row?.measures[id].mean, id);
    }
    const dropout = await train(start, samples, { seed: SEED, epochs: 3, dropout: 0.5 });
    const twin = await run.specimen(checkpointName({ seed: SEED, arm: 'dropout' }, 'training', 3));
    assert.deepEqual(dropout.parameters, twin.parameters);
  });

  it('trains a population like its members', async () => {
    const { data } = await generateData(experiment);
    const nets = [1, 2].map((seed) => initialise({ inputs: 3, hidden: [4], outputs: 2 }, seed));
    const epochs: string[] = [];
    const together = await trainPopulation(nets, data, {
      seed: SEED,
      epochs: 2,
      onEpoch: ({ index, epoch, trainLoss }) => {
        assert.ok(trainLoss > 0);
        epochs.push(`${index}/${epoch}`);
      },
    });
    assert.deepEqual(epochs.sort(), ['0/1', '0/2', '1/1', '1/2']);
    const alone = await train(nets[1], data, { seed: SEED, epochs: 2 });
    assert.deepEqual(together[1].parameters, alone.parameters);
    assert.equal((await predict(alone, data.inputs)).length, data.samples * 2);
  });

  it('refuses invalid shapes and splits', () => {
    assert.throws(
      () => initialise({ inputs: 3, hidden: [4, 0], outputs: 2 }, 1),
      /hidden\[1\]: .*0/,
    );
    assert.throws(() => initialise({ inputs: 3, hidden: [4], outputs: 2 }, -1), /seed/);
    const none = new Float32Array(0);
    const empty = { samples: 1, inputDim: 0, outputDim: 0, inputs: none, targets: none };
    assert.throws(() => splitData(empty, 1), /data\.inputDim: 0/);
    const one = new Float32Array(1);
    const single = { samples: 1, inputDim: 1, outputDim: 1, inputs: one, targets: one };
    assert.throws(() => splitData(single, 1), /trainShare: 0\.7 is not allowed: of 1 sample /);
  });

  it('returns the null of measures', async () => {
    const { encoder } = await generateData(experiment);
    const { relative } = measureNull(encoder, { hidden: [6, 4], repetitions: 4 });
    assert.ok(relative.mean > 1 && relative.mean < 6);
    assert.deepEqual(measureNull(encoder, { hidden: [6, 4], repetitions: 4 }).relative, relative);
  });

  it('stops work on a signal, in a notebook on that of the cell', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(generateData(experiment, { signal }), Stopped);
    await assert.rejects(runExperiment(experiment, { signal }).finish(), Stopped);
    const key = Symbol.for('polysemanticity.interrupt');
    const globals = globalThis as Record<symbol, unknown>;
    globals[key] = { signal };
    try {
      await assert.rejects(generateData(experiment), Stopped);
    } finally {
      delete globals[key];
    }
  });

  describe('runExperiment', () => {
    const at = temporaryFolders();

    it('yields events while it runs, and reports its progress', async () => {
      const run = runExperiment(experiment, { workers: 1, engine: 'simd' });
      assert.deepEqual([run.state, run.progress], ['unfinished', 0]);
      const events: ExperimentEvent['type'][] = [];
      let before = 0;
      for await (const event of run) {
        events.push(event.type);
        assert.ok(run.progress >= before);
        before = run.progress;
      }
      assert.deepEqual([run.state, run.progress, run.folder], ['finished', 1, undefined]);
      assert.deepEqual([events[0], events.at(-1)], ['run-started', 'run-finished']);
      assert.equal((await run.rows()).length, events.filter((t) => t === 'epoch-measured').length);
      await assert.rejects(
        run.attribution('42-dense/training/2'),
        /keep\.attributions is "stages"/,
      );
    });

    it('keeps a run in a folder, resumes it, and reads it back', async () => {
      const folder = path.join(at.folder, 'mine');
      const controller = new AbortController();
      const first = runExperiment(experiment, { folder, workers: 1, signal: controller.signal });
      await assert.rejects(async () => {
        for await (const event of first) if (event.type === 'leg-finished') controller.abort();
      }, Stopped);
      const again = await runExperiment(experiment, { folder, workers: 1 }).finish();
      assert.equal(again.folder, first.folder);
      const whole = await runExperiment(experiment, { workers: 1 }).finish();
      const stored = await openRun(again.folder ?? '');
      assert.equal(stored.state, 'finished');
      assert.deepEqual(await stored.rows(), await whole.rows());
      assert.deepEqual(await stored.checkpoints(), await whole.checkpoints());
      const [{ name }] = await stored.checkpoints();
      assert.deepEqual(
        (await stored.specimen(name)).parameters,
        (await whole.specimen(name)).parameters,
      );
      assert.deepEqual(
        (await listRuns(folder)).map((run) => run.folder),
        [again.folder],
      );
      // The folder alone names the same experiment.
      const byFolder = runExperiment(folder, { fresh: true, workers: 1 });
      assert.equal((await (await byFolder.finish()).rows()).length, (await stored.rows()).length);
    });
  });

  it('shows matrices, trajectories and runs', async () => {
    const run = await runExperiment(experiment, { workers: 1 }).finish();
    const card = await shown(runOutput(run));
    const { facts, attribution, trajectory } = runSchema.parse(
      JSON.parse(JSON.stringify(card[RUN_MIME])),
    );
    assert.deepEqual(facts[0], ['state', 'finished']);
    assert.equal(trajectory?.runs.length, 1);
    assert.equal(attribution?.checkpoints?.length, 6);
    assert.match(String(card['text/plain']), /dense, pruned 30%: R /);
    assert.deepEqual(await shown(run), card);
    const [{ name }] = await run.checkpoints();
    const matrix = await shown(attributionOutput(await run.attribution(name), { title: name }));
    assert.ok(matrix[ATTRIBUTION_MIME] && matrix['image/svg+xml']);
    for (const rows of [run, [run, run], await run.rows()]) {
      const output = await shown(trajectoryOutput(rows));
      assert.ok(output[TRAJECTORY_MIME] && output['image/svg+xml'] && output['text/plain']);
    }
  });
});
