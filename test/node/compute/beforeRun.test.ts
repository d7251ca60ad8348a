import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { executeRun } from '../../../src/node/compute/execute';
import type { EngineChoice } from '../../../src/node/compute/engines';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import { importExperiment } from '../../../src/node/experiments/importExperiment';
import { withEnvironment } from '../environment';
import { temporaryFolders } from '../temporaryFolder';

const CASE = path.resolve('test', 'fixtures', 'cases', 'diverged-advice');

describe('unusable input', () => {
  const space = temporaryFolders();
  withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'plain');

  async function imported(): Promise<{ folder: string; notes: readonly string[] }> {
    return importExperiment({
      data: path.join(CASE, 'd_1e30.pth'),
      encoder: path.join(CASE, 'encoder.pth'),
      hidden: [8, 4],
      activation: 'relu',
      out: path.join(space.folder, 'imported'),
    });
  }

  async function failure(folder: string, engine: EngineChoice): Promise<LabError> {
    try {
      for await (const event of executeRun(await openExperiment(folder), { engine, workers: 2 })) {
        assert.notEqual(event.type, 'run-finished');
      }
    } catch (error) {
      assert.ok(error instanceof LabError, String(error));
      return error;
    }
    return assert.fail('it ran');
  }

  it('is reported on import: data that overflows', async () => {
    const { notes } = await imported();
    assert.match(
      notes.join('\n'),
      /d_1e30\.pth: row \d+, column \d of the inputs \(X\[\d+, \d\] in Python\) is 9\.\d+e29, whose square overflows float32/,
    );
  });

  for (const engine of ['simd', 'typescript', 'tensorflow'] as const) {
    it(`is blamed with row, column and value, not the learning rate: ${engine}`, async () => {
      const { folder } = await imported();
      const error = await failure(folder, engine);
      assert.equal(error.kind, 'numeric');
      assert.match(
        error.message,
        /^data\.data: the loss of the dense specimen of seed 42 is Infinity in epoch 1, step 1, before any update: .*, data\.pth row \d+, column \d of the inputs \(X\[\d+, \d\] in Python\) is 9\.\d+e29; scale the data/,
      );
      assert.doesNotMatch(error.message, /learning rate/);
    });
  }

  it('is reported with its field before the run starts: a missing file', async () => {
    const { folder } = await imported();
    rmSync(path.join(folder, 'encoder.pth'));
    const error = await failure(folder, 'simd');
    const file = path.join(folder, 'experiment.json');
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('"encoder"'));
    assert.match(error.message, /encoder: "encoder\.pth" does not exist: /);
    assert.deepEqual(error.place, { file, line: line + 1, column: 16, field: 'data.encoder' });
    assert.ok(!existsSync(path.join(folder, 'runs')));
  });

  it('is found before the run starts: steps that a rule does not support', async () => {
    const text = readFileSync(
      path.resolve('test', 'fixtures', 'cases', 'trapezoid', 'experiment.json'),
      'utf8',
    );
    writeFileSync(path.join(space.folder, 'experiment.json'), text);
    await assert.rejects(
      openExperiment(space.folder),
      /experiment\.json:33:14: attribution\.steps: 1 is not allowed: the rule "riemann_trapezoid" needs at least 2 steps$/,
    );
  });
});
