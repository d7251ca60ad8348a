import assert from 'node:assert/strict';
import path from 'node:path';
import ts from 'typescript';
import { readExports } from './exports';

const ROOT = path.resolve(__dirname, '../..');
const FOLDERS = ['src', 'test', 'scripts', 'bench', 'campaign'];

/** What others load: the public interface, programs, and what VS Code and its test runner call. */
const ENTRIES = [
  /^src\/api\/(index|cells)\.ts$/,
  /^src\/extension\/extension\.ts$/,
  /^src\/tsPlugin\/main\.ts$/,
  /^src\/webviews\/renderer\/main\.ts$/,
  /^test\/vscode\/(\w+\/)?index\.ts$/,
];

describe('a name that a file exports', function () {
  this.timeout(60_000);
  const files = FOLDERS.flatMap((folder) =>
    ts.sys.readDirectory(path.join(ROOT, folder), ['.ts'], ['**/assembly/**', '**/generated/**']),
  );
  const { exported, importers } = readExports(files);
  const placeOf = (file: string): string => path.relative(ROOT, file).split(path.sep).join('/');
  const importersOf = (file: string, name: string): string[] =>
    [name, '*']
      .flatMap((one) => [...(importers.get(`${file}#${one}`) ?? [])])
      .filter((importer) => importer !== file)
      .map(placeOf);
  const names = exported.filter(({ file }) => !ENTRIES.some((entry) => entry.test(placeOf(file))));

  it('is one of many that are checked', () => assert.ok(names.length > 1000));

  it('is imported by another file; otherwise it is not exported, or goes', () => {
    const unused = names
      // The type of what a function takes or gives may be named, though nobody needs its name yet.
      .filter(({ isType, isUsedWithin }) => !(isType && isUsedWithin))
      .filter(({ file, name }) => importersOf(file, name).length === 0)
      .map(({ file, name, isUsedWithin }) => {
        return `${placeOf(file)}: ${name} (${isUsedWithin ? 'drop `export`' : 'nothing uses it'})`;
      });
    assert.deepEqual(unused, []);
  });

  it('of src/ is used by the product, not by tests alone', () => {
    const tested = names
      .filter(({ file, isUsedWithin }) => placeOf(file).startsWith('src/') && !isUsedWithin)
      .filter(({ file, name }) =>
        importersOf(file, name).every((importer) => importer.startsWith('test/')),
      )
      .map(({ file, name }) => `${placeOf(file)}: ${name}`);
    assert.deepEqual(tested, []);
  });
});
