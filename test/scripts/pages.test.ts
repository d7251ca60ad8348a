import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');
const SRC = path.join(ROOT, 'src');
/** Where package.json lies. */
const OUTSIDE = '..';
const PAGES = ['CONTRIBUTING.md', 'docs/architecture.md', 'docs/releasing.md', 'README.md'];

const textOf = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');

/** The links of a page into the repository: what they show, and the file or folder that they lead to. */
function linksOf(page: string): { readonly shown: string; readonly target: string }[] {
  return [...textOf(page).matchAll(/\[([^\]]+)\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .filter(([, , target]) => !/^\w+:/.test(target))
    .map(([, shown, target]) => ({ shown, target: path.join(ROOT, path.dirname(page), target) }));
}

/** Whether a file declares a name, not only mentions it. */
function declares(file: string, name: string): boolean {
  const text = readFileSync(file, 'utf8');
  return new RegExp(`\\b(function\\*?|class|interface|type|const) ${name}\\b`).test(text);
}

describe('the pages for the person who comes next', () => {
  for (const page of PAGES) {
    it(`${page} leads to files and folders that exist`, () => {
      for (const { target } of linksOf(page))
        assert.ok(existsSync(target), path.relative(ROOT, target));
    });
  }

  it('name what their files declare', () => {
    const names = PAGES.flatMap(linksOf).flatMap(({ shown, target }) => {
      const name = /^`(\w+)`$/.exec(shown)?.[1];
      return name && statSync(target).isFile() ? [{ name, target }] : [];
    });
    assert.ok(names.length > 50, `${names.length} names`);
    for (const { name, target } of names) {
      assert.ok(declares(target, name), `${name} in ${path.relative(ROOT, target)}`);
    }
  });

  it('show folders and files by their own names', () => {
    for (const { shown, target } of PAGES.flatMap(linksOf)) {
      const place = /^`([\w./-]*[./][\w./-]*)`$/.exec(shown)?.[1];
      if (place) assert.ok(target.endsWith(path.normalize(place)), `${shown} → ${target}`);
    }
  });

  it('name scripts that package.json has, and files in what they tell to type', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    for (const page of PAGES) {
      const text = textOf(page);
      for (const [, name] of text.matchAll(/npm run ([\w:]+)/g))
        assert.ok(name in scripts, `${page}: ${name}`);
      for (const [file] of text.matchAll(/\btest\/[\w/]+\.test\.ts\b/g)) {
        assert.ok(existsSync(path.join(ROOT, file)), `${page}: ${file}`);
      }
    }
  });

  it('have a picture of the folders of src and of allowed imports', () => {
    const picture = /```mermaid\n([^]*?)```/.exec(textOf('docs/architecture.md'))?.[1] ?? '';
    const arrows = [...picture.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => [
      from,
      to,
    ]);
    const below = (folder: string): string[] =>
      arrows.filter(([from]) => from === folder).flatMap(([, to]) => [to, ...below(to)]);
    const folders = [...picture.matchAll(/^ {2}(\w+)\["/gm)].map(([, folder]) => folder);
    assert.deepEqual(
      folders.sort(),
      readdirSync(SRC)
        .filter((folder) => folder !== 'tsPlugin')
        .sort(),
    );
    for (const folder of folders) {
      assert.ok(!below(folder).includes(folder), folder);
      for (const { file, target } of importsOf(folder)) {
        const isRight = target === folder || target === OUTSIDE || below(folder).includes(target);
        assert.ok(isRight, `${file} imports ${target}`);
      }
    }
  });
});

/** Imports of other folders by the files of a folder. */
function importsOf(folder: string): { readonly file: string; readonly target: string }[] {
  return ts.sys.readDirectory(path.join(SRC, folder), ['.ts']).flatMap((file) =>
    ts
      .preProcessFile(readFileSync(file, 'utf8'), true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => {
        const [target] = path
          .relative(SRC, path.resolve(path.dirname(file), fileName))
          .split(path.sep);
        return { file: path.relative(ROOT, file), target };
      }),
  );
}
