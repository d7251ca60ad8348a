import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { readExperimentText } from '../../../src/node/code/experimentText';
import { missingFiles, textProblems } from '../../../src/node/code/problems';
import { temporaryFolders } from '../temporaryFolder';

const text = (specification: unknown): string => JSON.stringify(specification, null, 2);
const SMALL = {
  name: 'x',
  features: { count: 4, hidden: [3, 1] },
  data: { inputs: 3 },
  specimen: { hidden: [8] },
};

describe('problems of an experiment as an editor underlines them', () => {
  const place = temporaryFolders();

  it('are all obstacles to a run, without JSON errors if the editor reports them', () => {
    const wrong = text({ ...SMALL, nmae: 'y', specimen: { hidden: ['many'] } });
    assert.deepEqual(
      textProblems(wrong, true).map(({ field }) => field),
      ['specimen.hidden[0]', 'nmae'],
    );
    assert.deepEqual(textProblems('{ "name": ', true), []);
    assert.equal(textProblems('{ "name": ', false).length, 1);
    const conflict = text(SMALL).replace('  "name"', '<<<<<<< HEAD\n  "name"');
    assert.match(textProblems(conflict, true)[0].message, /merge conflict/);
  });

  it('say how many more there are', () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`unknown${i}`, i]));
    const problems = textProblems(text({ ...SMALL, ...many }), true);
    assert.equal(problems.length, 101);
    assert.equal(problems.at(-1)?.message, 'and 50 more');
  });

  it('include contradictions between fields, with their place', () => {
    const wrong = text({ ...SMALL, features: { count: 5, hidden: [3, 1] } });
    const [problem, ...others] = textProblems(wrong, true);
    assert.deepEqual(others, []);
    assert.equal(problem.field, 'features.hidden');
    assert.match(problem.message, /the widths sum to 4, but features.count is 5/);
  });

  it('are underlined within one line', () => {
    const { name, data, specimen } = SMALL;
    const rest = { name, data, specimen };
    const [missing] = textProblems(text(rest), true);
    assert.deepEqual([missing.field, missing.offset, missing.length], ['features', 0, 1]);
    const within = fc
      .constantFrom('\n', '\r\n', '\r')
      .map((end) => text(rest).replaceAll('\n', end));
    fc.assert(
      fc.property(within, (broken) => {
        for (const { offset, length } of textProblems(broken, false)) {
          assert.doesNotMatch(broken.slice(offset, offset + length), /[\r\n]/);
        }
      }),
    );
  });

  it('include missing files and folders in their place', async () => {
    const { folder } = place;
    await writeFile(path.join(folder, 'there.pth'), '');
    await mkdir(path.join(folder, 'folder.pth'));
    const named = (data: string, encoder: string): string =>
      text({ ...SMALL, data: { source: 'imported', data, encoder } });
    const problemsOf = async (written: string): Promise<string[]> => {
      const { files } = readExperimentText(written);
      const problems = await missingFiles(files, folder);
      return problems.map(({ field, message }) => `${field} ${message}`);
    };
    assert.deepEqual(await problemsOf(named('there.pth', path.join(folder, 'there.pth'))), []);
    assert.deepEqual(await problemsOf(named('gone.pth', 'folder.pth')), [
      `data.data "gone.pth" does not exist: ${path.join(folder, 'gone.pth')}`,
      `data.encoder "folder.pth" is not a file: ${path.join(folder, 'folder.pth')}`,
    ]);
    assert.deepEqual(await problemsOf(named('there.pth/x', 'there.pth')), [
      `data.data "there.pth/x" does not exist: ${path.join(folder, 'there.pth/x')}`,
    ]);
  });
});
