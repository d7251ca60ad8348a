import assert from 'node:assert/strict';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { type DataSource, runExperiment } from '../../../src/core/experiment/runExperiment';
import { layoutOf, parameterCount } from '../../../src/core/network/layout';
import { UNPACED, Stopped, StopSource } from '../../../src/core/stop';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import type { RunWriter } from '../../../src/node/runStore/runWriter';
import { specificationOf } from './syntheticRun';
import { experimentOf, removeTemporaryFolders, results } from './fixtures';

const SAMPLES = 60;
const specification = specificationOf({
  specimen: { hidden: [6, 4], dropoutTwin: 0.5 },
  training: { epochs: 3, batchSize: 8 },
  pruning: { ratios: [0, 0.4], retraining: { epochs: 2 } },
  measures: { nullNeurons: 28 },
});

const data: DataSource = async function* () {
  const wave = (length: number, step: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.abs((((i + 1) * step) % 2) - 1));
  const layout = layoutOf([3, 2], 'relu');
  return Promise.resolve({
    data: {
      samples: SAMPLES,
      inputDim: 2,
      outputDim: 2,
      inputs: wave(2 * SAMPLES, 0.37),
      targets: wave(2 * SAMPLES, 0.61),
    },
    encoder: { layout, parameters: wave(parameterCount(layout), 0.83) },
    report: { samples: SAMPLES, features: 3, inputs: 2, outputs: 2 },
    warnings: [],
  });
};

/** Runs until so many rows are measured. */
async function work(writer: RunWriter, rows = Infinity): Promise<void> {
  const signal = new StopSource();
  const pace = { ...UNPACED, signal };
  const engine = typescriptEngine();
  let measured = 0;
  try {
    const { finished } = writer;
    for await (const event of runExperiment(specification, { engine, data, pace, finished })) {
      await writer.record(event);
      if (event.type === 'epoch-measured') measured++;
      // As if the process died here: nothing is told to the run.
      if (measured === rows) return;
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    await writer.close();
    engine.dispose();
  }
}

describe('a real run', () => {
  after(removeTemporaryFolders);

  it('ends with the same bytes however often it is interrupted', async () => {
    const engine = typescriptEngine();
    const start = async (): Promise<RunWriter> =>
      startRun(await experimentOf(specification), specification, engine);
    const undisturbed = await start();
    await work(undisturbed);
    const expected = await results(undisturbed.folder);
    assert.ok('run.json' in expected && 'specimens.safetensors' in expected);
    // Two arms of 4 rows and their two pruned copies of 3 each.
    for (const interruptions of [[1], [5], [8], [11], [3, 4, 5, 6], [19]]) {
      const writer = await start();
      const [first, ...others] = interruptions;
      await work(writer, first);
      for (const rows of others) await work(await resumeRun(writer.folder), rows);
      await work(await resumeRun(writer.folder));
      assert.deepEqual(await results(writer.folder), expected, interruptions.join());
    }
  });
});
