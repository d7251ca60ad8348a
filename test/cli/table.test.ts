import assert from 'node:assert/strict';
import { textTable, type Column } from '../../src/cli/table';

const COLUMNS: Column[] = [
  { heading: ['net'], align: 'left' },
  { heading: ['test', 'loss'], align: 'right' },
];
const ROWS = [
  ['dense', '0.5'],
  ['twin', '12.25'],
];

describe('table', () => {
  it('has headings above a rule, and aligns text left and numbers right', () => {
    assert.equal(
      textTable(COLUMNS, ROWS, { width: 80, rule: '-' }),
      [
        '        test', //
        'net     loss',
        '-----  -----',
        'dense    0.5',
        'twin   12.25',
      ].join('\n'),
    );
  });

  it('narrows the gaps between columns if the line is short', () => {
    const lines = textTable(COLUMNS, ROWS, { width: 11, rule: '-' }).split('\n');
    assert.equal(lines[2], '----- -----');
  });

  it('has no spaces at line ends', () => {
    const table = textTable(
      [...COLUMNS].reverse(),
      [
        ['1', ''],
        ['', 'x'],
      ],
      { width: 80, rule: '-' },
    );
    assert.doesNotMatch(table, / $/m);
  });
});
