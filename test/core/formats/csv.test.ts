import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  guarded,
  readNumericCsv,
  unguarded,
  writeCsv,
  type CsvCell,
} from '../../../src/core/formats/csv';
import { outcome, refuses } from './files';

const rowsOf = ({ columns, values }: { columns: string[]; values: Float64Array }) =>
  Array.from({ length: values.length / columns.length }, (_, r) => [
    ...values.subarray(r * columns.length, (r + 1) * columns.length),
  ]);

describe('numeric CSV', () => {
  it('sees from the first row whether it names the columns', () => {
    assert.deepEqual(readNumericCsv('x,"y, z"\n1,-2.5e3\n.5,+4.\n'), {
      columns: ['x', 'y, z'],
      rows: 2,
      values: Float64Array.of(1, -2500, 0.5, 4),
    });
    assert.deepEqual(readNumericCsv('1,2\n3,4'), {
      columns: ['column 1', 'column 2'],
      rows: 2,
      values: Float64Array.of(1, 2, 3, 4),
    });
    assert.deepEqual(readNumericCsv(',x\n0,1\n').columns, ['', 'x']);
    assert.deepEqual(readNumericCsv('7,8\n1,2', { header: true }).columns, ['7', '8']);
  });

  it('asks when the first row may be either', () => {
    for (const first of ['x,2', ',2', '"",""', 'nan,nan', '1,NaN']) {
      refuses(() => readNumericCsv(`${first}\n1,2`), 'invalid-input', /^1: .* names or values/);
    }
    const table = readNumericCsv('1,NaN\n1,2', { header: false, missing: true });
    assert.deepEqual(rowsOf(table), [[1, NaN], [1, 2]]); // prettier-ignore
  });

  it('reads line ends of all systems, spaces around cells, a byte order mark and blank lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const table = readNumericCsv(`\ufeffa,b${end} 1 ,2${end}${end}3,4${end}${end}`);
      assert.deepEqual([table.columns, rowsOf(table)], [['a', 'b'], [[1, 2], [3, 4]]]); // prettier-ignore
    }
  });

  it('takes empty cells and NaN as missing only where that is allowed', () => {
    const text = 'a,b\n1,\nNaN,na\n';
    assert.deepEqual(rowsOf(readNumericCsv(text, { missing: true })), [[1, NaN], [NaN, NaN]]); // prettier-ignore
    refuses(() => readNumericCsv(text), 'invalid-input', /^2:2: column "b" has the cell ""/);
    const single = readNumericCsv('a\n1\n\n', { missing: true });
    assert.deepEqual(rowsOf(single), [[1], [NaN]]);
  });

  it('names line, column and cell of what is no finite number', () => {
    for (const cell of ['abc', '0x10', '1e999', 'Infinity', '1.2.3', '1;2', '--1', '1e', '١']) {
      refuses(
        () => readNumericCsv(`a,"two\nlines"\n1,2\n\n3,${cell}\n`, { missing: true }),
        'invalid-input',
        new RegExp(`^5:2: column "two\\\\nlines" has the cell "${cell.replaceAll('.', '\\.')}"`),
      );
    }
  });

  it('reads rows whose cells hold quotes, commas and line ends', () => {
    const text = 'a"b,"c,""d""\r\ne","f\n"\r\n1,"2",3\r"4",5,"6"\n\n7,8,9';
    assert.deepEqual(readNumericCsv(text, { header: true }), {
      columns: ['a"b', 'c,"d"\r\ne', 'f\n'],
      rows: 3,
      values: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    });
    refuses(() => readNumericCsv(text.replace('8', 'x')), 'invalid-input', /^7:2: column /);
  });

  it('takes time in proportion to the columns, and bounds them', () => {
    const wide = (columns: number): string => {
      const head = Array.from({ length: columns }, (_, i) => `c${i}`).join();
      return `${head}\n${Array.from({ length: columns }, () => '1').join()}\n`;
    };
    const started = process.cpuUsage();
    assert.equal(readNumericCsv(wide(60_000)).columns.length, 60_000);
    const { user } = process.cpuUsage(started);
    // Names that are compared with all before them take 10 s and more.
    assert.ok(user < 2e6, `${user / 1000} ms`);
    refuses(
      () => readNumericCsv(wide(100_001)),
      'invalid-input',
      /^1: the row has 100001 cells; at most 100000 columns are allowed$/,
    );
    const twice = wide(60_000).replace('c59999', 'c0');
    refuses(() => readNumericCsv(twice), 'invalid-input', /^1:60000: two columns are named "c0"$/);
  });

  it('refuses ragged rows, repeated names and empty tables', () => {
    refuses(() => readNumericCsv('a,b\n1\n'), 'invalid-input', /^2: the row has 1 cell, not 2/);
    refuses(() => readNumericCsv('a,b\n1,2,3\n'), 'invalid-input', /^2: the row has 3 cells/);
    refuses(() => readNumericCsv('a,b,a\n'), 'invalid-input', /^1:3: two columns are named "a"/);
    refuses(() => readNumericCsv(''), 'invalid-input', /empty/);
    assert.deepEqual(readNumericCsv('a,b').rows, 0);
  });

  it('refuses quotes that are not closed where the cell ends', () => {
    refuses(() => readNumericCsv('a,b\n1,"2\n3,4\n'), 'invalid-input', /^2: a quoted cell/);
    refuses(() => readNumericCsv('a,b\n1,"2"3\n'), 'invalid-input', /^2: a quoted cell/);
    refuses(() => readNumericCsv('"a""'), 'invalid-input', /^1: a quoted cell/);
    assert.deepEqual(readNumericCsv('a"b,"c""",""""\n1,2,"3"').columns, ['a"b', 'c"', '"']);
  });

  it('reads back the numbers that were written, to the last bit', () => {
    const cell = fc.double().filter((value) => Math.abs(value) !== Infinity);
    const tables = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 })); // prettier-ignore
    fc.assert(
      fc.property(tables, fc.string(), (rows, suffix) => {
        const columns = rows[0].map((_, i) => `c${i}${suffix}`);
        const read = readNumericCsv(writeCsv(columns, rows), { header: true, missing: true });
        assert.deepEqual(read.columns, columns);
        assert.deepEqual(rowsOf(read), rows);
      }),
    );
  });

  it('writes missing values as empty cells and quotes text only where it must', () => {
    const rows: CsvCell[][] = [
      [0.1 + 0.2, NaN, -0, 'a,b'],
      [1e21, null, undefined, 'say "x"\n'],
      [Infinity, true, 'a=1+1', ''],
    ];
    assert.equal(
      writeCsv(['n', 'm', 'o', 'tëxt'], rows),
      'n,m,o,tëxt\n0.30000000000000004,,-0,"a,b"\n1e+21,,,"say ""x""\n"\nInfinity,true,a=1+1,\n',
    );
    refuses(() => writeCsv(['a'], [[1], [1, 2]]), 'invalid-input', /row 2 has 2 cells for 1/);
  });

  it('lets no text begin as a formula does, and touches no number', () => {
    const texts = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', "'=1", "''-", '＝1', "'x", 'x', '', '1'];
    assert.equal(
      writeCsv(
        ['-F1', 'n'],
        [
          [texts[0], -1],
          [texts[2], -0.5],
          [texts[6], -1e-7],
          [texts[9], 1],
        ],
      ),
      "'-F1,n\n'=1+1,-1\n'-1,-0.5\n''=1,-1e-7\n'x,1\n",
    );
    for (const text of texts) {
      assert.equal(unguarded(guarded(text)), text);
      assert.doesNotMatch(guarded(text), /^[=+\-@\t\r\n＝＋－＠]/);
    }
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."'=+-@\t\r\na") }), (text) => {
        assert.equal(unguarded(guarded(text)), text);
        assert.doesNotMatch(guarded(text), /^[=+\-@\t\r\n]/);
      }),
    );
  });

  it('is read by pandas as the documentation says', function () {
    const python = process.env.PANDAS_PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import pandas']).status !== 0) this.skip();
    const docs = readFileSync('docs/runs.md', 'utf8');
    const code = /```python\n(import re\n[^`]*)```/.exec(docs)?.[1];
    assert.ok(code, 'the documentation has the lines');
    const texts = ['=1+1', '-F', "'=x", "'x", 'a, "b"', '@', '+1', '＝'];
    const columns = ['=heading', "'-y", 'n'];
    const csv = writeCsv(
      columns,
      texts.map((text, i) => [text, texts[texts.length - 1 - i], -i / 3]),
    );
    const { stdout, stderr } = spawnSync(
      python,
      [
        '-c',
        `${code.replace(/"[^"]*\.csv"/, 'sys.stdin')}\nprint(table.to_json(orient="split", double_precision=15))`.replace(
          'import re',
          'import re, sys',
        ),
      ],
      { input: csv, encoding: 'utf8' },
    );
    assert.ok(stdout, stderr);
    const { columns: names, data } = JSON.parse(stdout) as { columns: string[]; data: unknown[][] };
    assert.deepEqual(names, columns);
    assert.deepEqual(
      data.map(([text]) => text),
      texts,
    );
    assert.deepEqual(
      data.map(([, text]) => text),
      [...texts].reverse(),
    );
    assert.deepEqual(
      data.map(([, , n]) => (n as number).toFixed(9)),
      texts.map((_, i) => (-i / 3).toFixed(9)),
    );
  });

  it('ends with a table or a LabError for every text, in linear time', () => {
    const text = fc.string({ unit: fc.constantFrom(...'12.,"\n\re-na x'), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.boolean(), (content, missing) => {
        const table = outcome(() => readNumericCsv(content, { missing }));
        if (table instanceof Error) return;
        assert.equal(table.values.length, table.rows * table.columns.length);
        assert.ok(missing || table.values.every(Number.isFinite));
      }),
      { numRuns: 2000 },
    );
    refuses(() => readNumericCsv(`a\n${'1'.repeat(1e6)}x`), 'invalid-input', /^2:1: .*111\.\.\./);
  });
});
