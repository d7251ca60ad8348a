import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { EXPERIMENT_FILE } from '../../../src/node/runStore/paths';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import { TEN_LINES } from '../../core/experiment/texts';
import { temporaryFolders } from '../temporaryFolder';

describe('an experiment on disk', () => {
  const space = temporaryFolders();

  function write(text: string, name = EXPERIMENT_FILE): string {
    const file = path.join(space.folder, name);
    writeFileSync(file, text);
    return file;
  }

  it('is opened by its folder, by its file, and by relative paths', async () => {
    const file = write(TEN_LINES);
    const experiment = await openExperiment(space.folder);
    assert.deepEqual([experiment.folder, experiment.file], [space.folder, file]);
    assert.equal(experiment.specification.name, 'Ten lines');
    const relative = path.relative(process.cwd(), space.folder);
    for (const location of [
      file,
      relative,
      `${relative}${path.sep}`,
      path.join(relative, EXPERIMENT_FILE),
    ]) {
      assert.deepEqual(await openExperiment(location), experiment);
    }
  });

  it('may have another name, its folder being where its file is', async () => {
    const file = write(TEN_LINES, 'wider.json');
    assert.deepEqual((await openExperiment(file)).folder, space.folder);
  });

  it('may have a byte order mark and CRLF', async () => {
    write(`\ufeff${TEN_LINES.replaceAll('\n', '\r\n')}`);
    assert.equal((await openExperiment(space.folder)).specification.name, 'Ten lines');
  });

  it('is refused by the place that is wrong in its file', async () => {
    const file = write(TEN_LINES.replace('16 }', '-1 }'));
    await assert.rejects(openExperiment(space.folder), {
      name: 'LabError',
      message: `${file}:3:26: features.count: -1 is not allowed: expected at least 1`,
    });
  });

  it('is refused by path where there is none', async () => {
    const missing = path.join(space.folder, 'missing');
    const empty = path.join(space.folder, 'empty');
    mkdirSync(empty);
    const cases: [location: string, message: string][] = [
      [missing, `${missing}: cannot open the experiment: there is no such file or folder`],
      [
        empty,
        `${path.join(empty, EXPERIMENT_FILE)}: cannot read the file: there is no such file or folder`,
      ],
    ];
    for (const [location, message] of cases) {
      await assert.rejects(openExperiment(location), (error: unknown) => {
        assert.ok(error instanceof LabError);
        assert.deepEqual([error.kind, error.message], ['storage', message]);
        return true;
      });
    }
  });
});
