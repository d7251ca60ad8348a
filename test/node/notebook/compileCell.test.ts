import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CellSyntaxError, compileCell } from '../../../src/node/notebook/kernel/compileCell';

describe('compiling a cell', () => {
  const compile = (code: string): ReturnType<typeof compileCell> => compileCell(code, 'typescript');

  it('lists the variables that outlive the cell', () => {
    const { declared, reset } = compile(`
      import one, { two as second } from 'a';
      import * as all from 'b';
      const { p, q: [r, ...rest], s = 1 }: any = f();
      let t: number;
      var u = 1;
      for (var i = 0; i < 3; i++) { var v = i; let inner = v; }
      function g<T>(x: T): T { var hidden = x; return hidden; }
      class A<T> { field!: T }
      enum E { a, b }
      export const w = 3 as const;
      interface I { x: number }
    `);
    const names = ['one', 'second', 'all', 'p', 'r', 'rest', 's', 't', 'g', 'A', 'w'];
    assert.deepEqual([...declared].sort(), names.sort());
    assert.deepEqual([...reset].sort(), ['E', 'i', 'u', 'v']);
  });

  it('leaves every line where it is', () => {
    const lines = fc.constantFrom(
      'const a: number = 1',
      'let b',
      'var c = [1,\n 2]',
      "import x from 'y'",
      "import {\n  z,\n} from 'y'",
      'function f(): void {\n  return;\n}',
      'class K {\n  m = 1\n}',
      'type T = {\n  a: string\n}',
      '// a comment',
      'f()',
      'for (var i = 0; i < 2; i++) {}',
    );
    fc.assert(
      fc.property(fc.uniqueArray(lines, { maxLength: 8 }), (chosen) => {
        const code = chosen.join('\n');
        assert.equal(compile(code).body.split('\n').length, code.split('\n').length);
      }),
    );
  });

  it('finds the place that a place of its program comes from', () => {
    const code = [
      "import x from 'y'; x.here",
      'const value: any = null, other: Map<string, number> = value.here',
      'class A extends Map<string, number> { m = value.here }',
      'value.here',
    ].join('\n');
    const { body, origin } = compile(code);
    code.split('\n').forEach((text, i) => {
      const line = i + 1;
      const column = body.split('\n')[i].indexOf('here') + 1;
      assert.deepEqual(origin({ line, column }), { line, column: text.indexOf('here') + 1 }, text);
    });
  });

  it('separates statements without semicolons', () => {
    const { body } = compile('f()\nconst { a } = g()\nvar [b] = h()\nlet c\n(a)');
    assert.doesNotThrow(() => compileCell(body, 'javascript'));
    const { body: alone } = compile('if (true) var x = 1; else var y = 2');
    assert.doesNotThrow(() => compileCell(alone, 'javascript'));
  });

  it('locates syntax errors in both languages', () => {
    const cases: [code: string, line: number, column: number][] = [
      ['const a = 1\nconst b = a +\n', 3, 1],
      ['let x: = 3', 1, 8],
      ['const a = 1\n\n  return a', 3, 3],
      ['let a = 1\nlet a = 2', 2, 5],
      ['export default 3', 1, 1],
    ];
    for (const [code, line, column] of cases) {
      assert.throws(
        () => compile(code),
        (error) => {
          assert.ok(error instanceof CellSyntaxError);
          assert.deepEqual(error.place, { line, column }, `${code}: ${error.message}`);
          assert.doesNotMatch(error.message, /\(\d+:\d+\)/);
          return true;
        },
      );
    }
    assert.throws(() => compileCell('let x: number = 3', 'javascript'), CellSyntaxError);
  });
});
