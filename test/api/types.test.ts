import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { writeTypes } from '../../scripts/types';

describe('the types of the module', function () {
  this.timeout(180_000);
  let folder = '';
  let module = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'polysemanticity-'));
    module = path.join(folder, 'node_modules/polysemanticity');
    writeTypes(module);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const problemsOf = (code: string): string[] => {
    const file = path.join(folder, 'cell.ts');
    writeFileSync(file, code);
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  };

  it('need no other package', () => {
    const files = readdirSync(module, { recursive: true, encoding: 'utf8' });
    const declared = files.filter((name) => name.endsWith('.d.ts'));
    assert.ok(declared.length > 20);
    for (const name of declared) {
      const text = readFileSync(path.join(module, name), 'utf8');
      assert.doesNotMatch(text, /from '(?!\.)|import\('(?!\.)|reference types/, name);
    }
  });

  it('accept correct programs', () => {
    const page = readFileSync(path.resolve(__dirname, '../../docs/api.md'), 'utf8');
    const examples = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code);
    assert.deepEqual(problemsOf(examples.join('\n')), []);
  });

  it('refuse incorrect programs', () => {
    const code = `
      import { defineExperiment, prune, type Specimen } from 'polysemanticity';
      defineExperiment({ name: 'x', data: { inputs: 'a' }, specimen: { hidden: [4] } });
      declare const specimen: Specimen;
      prune(specimen, { method: 'none', ratio: 0.3 });
      display.nothing();
      interrupt.signal.aborted = 3;`;
    const problems = problemsOf(code).join('\n');
    assert.match(problems, /'string' is not assignable to type 'number'/);
    assert.match(problems, /"none"/);
    assert.match(problems, /'nothing' does not exist/);
    assert.match(problems, /read-only/);
    assert.equal(problems.split('\n').filter((line) => /^\S/.test(line)).length, 4, problems);
  });

  it('explain fields on hover', () => {
    const specification = path.join(module, 'core/experiment/specification.d.ts');
    assert.match(
      readFileSync(specification, 'utf8'),
      /\/\*\* Number of ground-truth features F\. \*\//,
    );
  });
});
