import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MaybeNumber, MetricsRow } from '../../../src/core/experiment/metricsRow';
import { MetricsTable } from '../../../src/core/experiment/metricsTable';
import { legName } from '../../../src/core/experiment/plan';
import { MEASURES, type MeasureId } from '../../../src/core/measures/table';

const maybe: fc.Arbitrary<MaybeNumber> = fc.option(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const rowOf = fc.record({
  seed: fc.nat(3),
  arm: fc.constantFrom('dense', 'dropout', 'imp'),
  epoch: fc.nat(5),
  requested: fc.option(fc.constantFrom(0, 0.05, 0.3)),
  testLoss: fc.double({ noNaN: true }),
  r2: maybe,
  mean: maybe,
  layers: fc.array(maybe, { maxLength: 3 }),
});

type Values = typeof rowOf extends fc.Arbitrary<infer T> ? T : never;

function rowFrom({ mean, layers, ...rest }: Values): MetricsRow {
  const measured = { mean, layers, missing: 0, null: mean };
  return {
    ...rest,
    phase: rest.epoch === 0 ? 'initial' : 'training',
    neuronRatio: 0.25,
    parameterRatio: 0.5,
    hidden: [4, 2],
    parameters: 10,
    trainLoss: null,
    completenessError: 0,
    measures: Object.fromEntries(
      MEASURES.map(({ id }) => [id, measured]),
    ) as unknown as MetricsRow['measures'],
  };
}

const keyOf = (row: MetricsRow): string => `${legName(row)}/${row.epoch}`;

const orNaN = (value: MaybeNumber): number => value ?? NaN;

describe('the table of metrics', () => {
  it('keeps the last row of every leg and epoch', () => {
    fc.assert(
      fc.property(fc.array(rowOf.map(rowFrom), { maxLength: 200 }), (rows) => {
        const table = new MetricsTable();
        rows.forEach((row) => table.add(row));
        const last = new Map(rows.map((row) => [keyOf(row), row]));
        assert.equal(table.count, last.size);
        let seen = 0;
        for (const { leg, rows: places } of table.legs) {
          places.forEach((at, epoch) => {
            if (at < 0) return;
            seen++;
            const row = last.get(`${legName(leg)}/${epoch}`);
            assert.ok(row);
            assert.equal(table.number('testLoss')[at], row.testLoss);
            assert.equal(table.number('trainLoss')[at], NaN);
            assert.equal(table.measure('hill1')?.mean[at], orNaN(row.measures.hill1.mean));
            row.measures.hill1.layers.forEach((value, l) =>
              assert.equal(table.measure('hill1')?.layers[l][at], orNaN(value)),
            );
          });
        }
        assert.equal(seen, last.size);
      }),
    );
  });

  it('comes through columns unchanged, in parts as well', () => {
    const some: MeasureId[] = ['relative', 'coverage'];
    fc.assert(
      fc.property(fc.array(rowOf.map(rowFrom), { maxLength: 80 }), fc.nat(80), (rows, cut) => {
        const table = new MetricsTable();
        rows.forEach((row) => table.add(row));
        const copy = new MetricsTable(some);
        const at = Math.min(cut, table.count);
        const whole = table.columns(some);
        // In two messages, the second of which repeats nothing.
        const head = table.columns(some, 0);
        copy.extend({ ...head, count: at });
        copy.extend(table.columns(some, at));
        assert.deepEqual(copy.columns(some), whole);
      }),
    );
  });

  it('has measures missing that were not sent', () => {
    const table = new MetricsTable();
    table.add(
      rowFrom({
        seed: 1,
        arm: 'dense',
        epoch: 0,
        requested: null,
        testLoss: 1,
        r2: 0,
        mean: 2,
        layers: [2],
      }),
    );
    const copy = new MetricsTable(['relative', 'gini']);
    copy.extend(table.columns(['relative']));
    assert.equal(copy.measure('relative')?.mean[0], 2);
    assert.equal(copy.measure('gini')?.mean[0], NaN);
    assert.equal(copy.measure('hill0'), undefined);
  });
});
