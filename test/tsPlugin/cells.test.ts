import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { cellOf, siblingOf } from '../../src/tsPlugin/cellFile';
import { topLevelNames } from '../../src/tsPlugin/names';
import { CellProject } from '../../src/tsPlugin/plugin';
import { cellService } from '../../src/tsPlugin/service';
import { textBehind } from '../../src/tsPlugin/sharing';
import { ownChanges } from '../../src/tsPlugin/spans';

const STEM = '^/vscode-notebook-cell/host:80/home/me/my notebook.ipynb';
const TYPES = { api: '/types/index.d.ts', globals: '/types/globals.d.ts' };

describe('cells of notebooks in the TypeScript server', () => {
  it('are identified by the names of their documents', () => {
    const cell = { notebook: '/home/me/my notebook.ipynb', fragment: 'W0s=', stem: STEM };
    assert.deepEqual(cellOf(`${STEM}#W0s=`), cell);
    assert.deepEqual(cellOf(`/lab/folder/${STEM}#W0s=`), cell);
    assert.equal(siblingOf(cell, 'W1s='), `${STEM}#W1s=`);
    for (const other of [
      '/home/me/a.ts',
      '^/untitled/ts-nul-authority/Untitled-1',
      `${STEM}`,
      '',
    ]) {
      assert.equal(cellOf(other), undefined, other);
    }
  });

  it('declare variables, functions, classes, types and imports at their top', () => {
    const names = topLevelNames(
      ts,
      `import whole, { part as renamed } from 'x';
       import * as all from 'y';
       import 'z';
       const { a, b: [c, , ...d], ...e } = value;
       let f = 1, g;
       function h() { const inner = 1; }
       class I {}
       interface J {}
       type K = 1;
       enum L {}
       if (true) { let nested; }
       f = 2;`,
    );
    const expected = 'whole renamed all a c d e f g h I J K L'.split(' ');
    assert.deepEqual(names.sort(), expected.sort());
  });

  it('declare the names of an incomplete text that can be parsed, without throwing', () => {
    assert.deepEqual(topLevelNames(ts, 'const a = 1;\nconst b = \nconst = 3; let {'), ['a', 'b']);
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(topLevelNames(ts, text))));
  });

  it('take names from the last cell before them, or else from the first cell after them', () => {
    const cells = [
      { fragment: 'A', names: ['x', 'y'] },
      { fragment: 'B', names: ['y'] },
      { fragment: 'C', names: ['z'] },
      { fragment: 'D', names: ['x', 'w'] },
      { fragment: 'E', names: ['w'] },
    ];
    const lines = textBehind(cells, 'C').trim().split('\n');
    assert.deepEqual(lines.slice(2), [
      "import { y } from 'polysemanticity-cell:B';",
      "import { x } from 'polysemanticity-cell:A';",
      "import { w } from 'polysemanticity-cell:D';",
      'export { z };',
    ]);
    assert.equal(textBehind(cells, 'unknown'), '');
  });

  it('are only changed in their own text: an added import is inserted at its top', () => {
    const change = (start: number, length: number, newText: string): ts.FileTextChanges => ({
      fileName: 'cell',
      textChanges: [{ span: { start, length }, newText }],
    });
    const own = (file: string): number | undefined => (file === 'cell' ? 10 : undefined);
    const changed = (one: ts.FileTextChanges): readonly ts.TextChange[] =>
      ownChanges(own, [one])[0].textChanges;
    assert.deepEqual(changed(change(2, 3, 'x')), change(2, 3, 'x').textChanges);
    assert.deepEqual(
      changed(change(30, 0, "\nimport 'a';\n")),
      change(0, 0, "import 'a';\n").textChanges,
    );
    assert.deepEqual(changed(change(30, 5, '')), []);
    const other = { ...change(30, 5, 'x'), fileName: 'other' };
    assert.deepEqual(changed(other), other.textChanges);
  });

  describe('in the answers of a language service', () => {
    const texts: Record<string, string> = {
      [`${STEM}#A`]:
        "import { generate } from 'polysemanticity';\nconst data = await generate();\nlet count = 1;",
      [`${STEM}#B`]: 'display(data.inputs);\ncount = 2;\nconst wrong: string = data;\n',
      [`${STEM}#X`]: 'data;',
      [TYPES.api]: 'export declare function generate(): Promise<{ inputs: Float32Array }>;',
      [TYPES.globals]: 'export {}; declare global { function display(value: unknown): void; }',
    };
    let versions: Record<string, number> = {};

    /** A language service for these texts with the plugin. */
    function serviceOf(): ts.LanguageService {
      versions = {};
      const lib = path.dirname(ts.getDefaultLibFilePath({}));
      const host: ts.LanguageServiceHost = {
        getCompilationSettings: () => ({
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.ESNext,
          strict: true,
          types: [],
          // As in the server for texts without a file.
          allowNonTsExtensions: true,
        }),
        getScriptFileNames: () => [`${STEM}#A`, `${STEM}#B`, `${STEM}#X`],
        getScriptVersion: (file) => String(versions[file] ?? 0),
        getScriptSnapshot: (file) => {
          const text = texts[file] ?? ts.sys.readFile(file);
          return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
        },
        getScriptKind: (file) => (file.includes('#') ? ts.ScriptKind.TS : ts.ScriptKind.Unknown),
        getCurrentDirectory: () => '',
        getDefaultLibFileName: (options) => path.join(lib, ts.getDefaultLibFileName(options)),
        fileExists: (file) => file in texts || ts.sys.fileExists(file),
        readFile: (file) => texts[file] ?? ts.sys.readFile(file),
        resolveModuleNameLiterals: (literals) =>
          literals.map(() => ({ resolvedModule: undefined })),
      };
      const info = { languageServiceHost: host } as ConstructorParameters<typeof CellProject>[1];
      const notebooks = { '/home/me/my notebook.ipynb': ['A', 'B'] };
      const cells = new CellProject(ts, info, () => ({ types: TYPES, notebooks }));
      return cellService(ts.createLanguageService(host), cells.ownLength);
    }

    const messages = (found: readonly ts.Diagnostic[]): string[] =>
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

    it('have the types that other cells declare, and only their own errors', () => {
      const service = serviceOf();
      assert.deepEqual(messages(service.getSemanticDiagnostics(`${STEM}#A`)), []);
      assert.deepEqual(messages(service.getSemanticDiagnostics(`${STEM}#B`)), [
        "Type '{ inputs: Float32Array<ArrayBufferLike>; }' is not assignable to type 'string'.",
      ]);
      assert.deepEqual(messages(service.getSuggestionDiagnostics(`${STEM}#A`)), []);
    });

    it('of other notebooks are not changed', () => {
      assert.deepEqual(messages(serviceOf().getSemanticDiagnostics(`${STEM}#X`)), [
        "Cannot find name 'data'.",
      ]);
    });

    it('find the declaration and the uses of a variable', () => {
      const service = serviceOf();
      const at = texts[`${STEM}#B`].indexOf('data');
      const [definition] = service.getDefinitionAtPosition(`${STEM}#B`, at) ?? [];
      assert.equal(definition.fileName, `${STEM}#A`);
      assert.equal(definition.textSpan.start, texts[`${STEM}#A`].indexOf('data'));
      const references = service.getReferencesAtPosition(`${STEM}#B`, at) ?? [];
      for (const { fileName, textSpan } of references) {
        assert.equal(texts[fileName].substr(textSpan.start, textSpan.length), 'data');
      }
      const files = new Set(references.map(({ fileName }) => fileName));
      assert.deepEqual([...files].sort(), [`${STEM}#A`, `${STEM}#B`]);
    });

    it('recognise a name as soon as another cell declares it', () => {
      const service = serviceOf();
      const before = texts[`${STEM}#A`];
      assert.equal(messages(service.getSemanticDiagnostics(`${STEM}#A`)).length, 0);
      try {
        texts[`${STEM}#B`] += 'fresh;';
        versions[`${STEM}#B`] = 1;
        assert.ok(
          messages(service.getSemanticDiagnostics(`${STEM}#B`)).includes(
            "Cannot find name 'fresh'.",
          ),
        );
        texts[`${STEM}#A`] += '\nconst fresh = 1;';
        versions[`${STEM}#A`] = 1;
        assert.ok(
          !messages(service.getSemanticDiagnostics(`${STEM}#B`))
            .join()
            .includes('fresh'),
        );
      } finally {
        texts[`${STEM}#A`] = before;
        texts[`${STEM}#B`] = texts[`${STEM}#B`].replace('fresh;', '');
      }
    });
  });
});
