import assert from 'node:assert/strict';
import { csvParse } from 'd3-dsv';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { rowsCsv, rowsJson } from '../../../src/node/runStore/exportRun';
import { rowsParquet } from '../../../src/node/runStore/parquetRows';
import {
  unflattenRow,
  type FlatRow,
  type MetricsRow,
} from '../../../src/core/experiment/metricsRow';
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

describe('rows exported as Parquet', () => {
  const read = async (rows: readonly MetricsRow[]) => {
    const bytes = await rowsParquet(rows);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const [, ...columns] = parquetMetadata(file as ArrayBuffer).schema;
    const types = new Map(columns.map(({ name, type, converted_type: as }) => [name, as ?? type]));
    return { types, rows: await parquetReadObjects({ file: file as ArrayBuffer }) };
  };

  it('have the columns and values of the CSV', async () => {
    const table = await read(ROWS);
    const { columns, ...csv } = csvParse(rowsCsv(ROWS));
    assert.deepEqual([...table.types.keys()], columns);
    for (const [i, row] of table.rows.entries()) {
      for (const name of columns) assert.equal(String(row[name] ?? ''), csv[i][name], name);
    }
  });

  it('have a type for each column that does not depend on the values', async () => {
    const { types, rows } = await read([row({ seed: 2 ** 40, testLoss: 1, r2: null })]);
    assert.deepEqual(
      ['arm', 'phase', 'seed', 'epoch', 'hidden.0', 'relative.missing', 'testLoss', 'r2'].map(
        (name) => types.get(name),
      ),
      ['UTF8', 'UTF8', 'INT64', 'INT64', 'INT64', 'INT64', 'DOUBLE', 'DOUBLE'],
    );
    assert.equal(rows[0].seed, 2n ** 40n);
    assert.equal(rows[0].requested, null);
    assert.equal(types.get('requested'), 'DOUBLE');
  });

  it('keep names that a spreadsheet would take for a formula as they are', async () => {
    const { rows } = await read([row({ arm: '-x' })]);
    assert.equal(rows[0].arm, '-x');
  });

  it('name the column whose values are of different kinds', async () => {
    await assert.rejects(
      rowsParquet([row(), row({ testLoss: 'low' as unknown as number })]),
      /testLoss: the column holds "low", but its other values are of the type DOUBLE/,
    );
  });

  it('may be empty', async () => {
    assert.deepEqual((await read([])).rows, []);
  });
});
