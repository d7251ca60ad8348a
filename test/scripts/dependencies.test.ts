import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/DEPENDENCIES.md'), 'utf8');
const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
) as Record<string, Readonly<Record<string, string>>>;
const RUNNING = Object.keys({ ...dependencies, ...optionalDependencies }).sort();
const DEVELOPING = Object.keys(devDependencies).sort();

/** What VS Code (its TypeScript too), notebooks and the project itself give. */
const GIVEN = ['vscode', 'typescript', 'polysemanticity', 'vscode-notebook-renderer'];

/** The packages that the tables of a section name, sorted. */
function named(section: string): string[] {
  const text = PAGE.split(`\n## ${section}\n`)[1].split('\n## ')[0];
  return [...text.matchAll(/^\| (`.*?) *\|/gm)]
    .flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
    .sort();
}

/** The packages that the files below folders import, with one file each. */
function imported(folders: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const file of ts.sys.readDirectory(
      path.join(ROOT, folder),
      ['.ts', '.mjs', '.cjs', '.js'],
      ['**/assembly/**'],
    )) {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
      for (const { fileName } of importedFiles) {
        if (fileName.startsWith('.') || isBuiltin(fileName) || fileName.endsWith('.css')) continue;
        found.set(packageOf(fileName), path.relative(ROOT, file));
      }
    }
  }
  return found;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('docs/DEPENDENCIES.md', () => {
  it('has one line for each package that the product needs, and no other', () => {
    assert.deepEqual(named('At run time'), RUNNING);
  });

  it('has one line for each package that development needs, and no other', () => {
    assert.deepEqual(named('For development'), DEVELOPING);
  });

  it('says of d3 what is true: nothing of it needs a page', () => {
    const used = new Set<string>();
    for (const file of ts.sys.readDirectory(path.join(ROOT, 'src'), ['.ts'])) {
      const text = readFileSync(file, 'utf8');
      for (const [, names] of text.matchAll(/import \{([^}]*)\} from 'd3';/g)) {
        for (const name of names.split(',')) {
          const plain = name
            .trim()
            .replace(/^type /, '')
            .replace(/ as .*$/, '');
          if (plain) used.add(plain);
        }
      }
    }
    for (const name of ['scaleLinear', 'ticks', 'line', 'rgb', 'hcl', 'mean']) {
      assert.ok(used.has(name), name);
    }
    const inPages = [...used].filter((name) =>
      /^(axis|brush|zoom|drag|select|transition)/.test(name),
    );
    assert.deepEqual(inPages, []);
  });
});

describe('package.json', () => {
  it('declares what the product imports, by the name that is imported', () => {
    const missing = [...imported(['src'])].filter(
      ([name]) => !RUNNING.includes(name) && !GIVEN.includes(name),
    );
    assert.deepEqual(missing, []);
  });

  it('declares what tests, scripts, bench and campaign import', () => {
    const all = [...RUNNING, ...DEVELOPING, ...GIVEN];
    const missing = [...imported(['test', 'scripts', 'bench', 'campaign', 'bin'])].filter(
      ([name]) => !all.includes(name),
    );
    assert.deepEqual(missing, []);
  });

  it('declares for the product nothing that it does not import', () => {
    const used = imported(['src']);
    const idle = RUNNING.filter((name) => !used.has(name));
    // It is looked up by name where it is installed.
    assert.deepEqual(idle, ['@tensorflow/tfjs-node']);
  });
});
