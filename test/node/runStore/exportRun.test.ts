import assert from 'node:assert/strict';
import { csvParse } from 'd3-dsv';
import { rowsCsv, rowsJson } from '../../../src/node/runStore/exportRun';
import { unflattenRow, type FlatRow } from '../../../src/core/experiment/metricsRow';
import { exampleRow as row } from '../../core/experiment/exampleRow';

const ROWS = [
  row({
    trainLoss: null,
    hidden: [8, 4],
    measures: { relative: { mean: 0.1, layers: [0.2, null] } },
  }),
  row({ phase: 'training', epoch: 1, trainLoss: 1e-7, hidden: [6, 3] }),
];

describe('exported rows', () => {
  it('have a CSV column for each number and each layer of a list', () => {
    const [first, second] = csvParse(rowsCsv(ROWS));
    assert.equal(first['hidden.0'], '8');
    assert.equal(second['hidden.1'], '3');
    assert.equal(first.relative, '0.1');
    assert.equal(first['relative.layers.0'], '0.2');
    assert.equal(first['relative.null'], '2');
    assert.equal(second.trainLoss, '1e-7');
    assert.equal(second.phase, 'training');
  });

  it('have empty CSV cells where a value is undefined', () => {
    const [first] = csvParse(rowsCsv(ROWS));
    assert.equal(first.trainLoss, '');
    assert.equal(first['relative.layers.1'], '');
    assert.equal(first.requested, '');
  });

  it('are restored from JSON unchanged', () => {
    const read = JSON.parse(rowsJson(ROWS)) as FlatRow[];
    assert.deepEqual(read.map(unflattenRow), ROWS);
    assert.equal(rowsJson(ROWS).trim().split('\n').length, 4, 'a line for each row');
  });

  it('may be empty', () => {
    assert.deepEqual(JSON.parse(rowsJson([])), []);
  });
});
