import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DerivedNeuronMeasure, NeuronMeasure } from '../../../src/core/measures/descriptor';
import { MEASURES } from '../../../src/core/measures/table';
import { anyRow, asRows, isClose, rounding } from './matrices';

/** Value of a neuron's measure for one row; none for those that compare neurons. */
function valueOf(measure: NeuronMeasure | DerivedNeuronMeasure, row: Float64Array): number {
  const rows = asRows([row]);
  const values =
    'from' in measure ? measure.ofAll(measure.from(rows), rows.features) : measure.of(rows);
  return values[0];
}

const ofOneRow = MEASURES.filter((measure) => measure.level === 'neuron').filter(
  ({ id, input }) => id !== 'entropyMinMax' && input === 'attribution',
);

describe('the table of measures', () => {
  it('has each id once, in camelCase, in the order of its columns', () => {
    assert.deepEqual(
      MEASURES.map(({ id }) => id),
      [
        'relative',
        'participation',
        'hill1',
        'hill0',
        'entropy',
        'entropyMinMax',
        'gini',
        'giniCorrected',
        'coverage',
        'capacity',
        'selectivity',
        'monosemanticFraction',
        'deadFraction',
      ],
    );
  });

  it('describes every measure', () => {
    for (const { id, name, formula, source, missing, range } of MEASURES) {
      for (const text of [name, formula, source, missing]) assert.ok(text.trim().length > 0, id);
      const [least, greatest] = range(16);
      assert.ok(least < greatest && greatest <= 16, id);
    }
  });

  for (const measure of ofOneRow) {
    const { id, range, morePolysemantic } = measure;
    const worst = (features: number) => range(features)[morePolysemantic === 'higher' ? 1 : 0];
    const best = (features: number) => range(features)[morePolysemantic === 'higher' ? 0 : 1];

    describe(id, () => {
      it('reaches its two ends for a one-hot and for a uniform row', () => {
        fc.assert(
          fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), (features, nat) => {
            const oneHot = new Float64Array(features);
            oneHot[nat % features] = -0.3;
            const uniform = new Float64Array(features).fill(0.7);
            const tolerance = rounding(features);
            assert.ok(isClose(valueOf(measure, oneHot), best(features), tolerance));
            assert.ok(isClose(valueOf(measure, uniform), worst(features), tolerance));
          }),
        );
      });

      it('stays within its range', () => {
        fc.assert(
          fc.property(anyRow, (row) => {
            const [least, greatest] = range(row.length);
            const value = valueOf(measure, row);
            const slack = rounding(row.length) * Math.max(1, greatest);
            assert.ok(value >= least - slack && value <= greatest + slack, `${value}`);
          }),
        );
      });

      it('does not depend on scale, signs and order', () => {
        fc.assert(
          fc.property(
            anyRow,
            fc.nat(),
            fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
            (row, turn, scale) => {
              const value = valueOf(measure, row);
              assert.equal(
                valueOf(
                  measure,
                  row.map((a) => -a),
                ),
                value,
              );
              const turned = row.map((_, f) => row[(f + turn) % row.length]).reverse();
              const other = turned.map((a, f) => (f % 2 ? -a : a) * scale);
              assert.ok(isClose(valueOf(measure, other), value, 2 * rounding(row.length)));
            },
          ),
        );
      });

      it('is the same at 1e-300 and 1e300', () => {
        const row = Float64Array.of(1, -0.5, 0.25, 0.125, 0);
        for (const scale of [2 ** -1000, 2 ** 1000]) {
          const scaled = row.map((a) => a * scale);
          assert.equal(valueOf(measure, scaled), valueOf(measure, row));
        }
      });

      it('is missing for a row that is all zero or not finite', () => {
        for (const row of [
          [0, 0, 0],
          [1, NaN, 2],
          [1, Infinity, 2],
          [1, -Infinity, 2],
        ]) {
          assert.ok(Number.isNaN(valueOf(measure, Float64Array.from(row))), row.join());
        }
      });
    });
  }

  it('measures no row as more even when a feature takes from a weaker one', () => {
    fc.assert(
      fc.property(anyRow, fc.double({ min: 0, max: 1, noNaN: true }), (row, share) => {
        const ascending = row.map(Math.abs).sort();
        const last = ascending.length - 1;
        const taken = ascending.slice();
        taken[last] += share * ascending[0];
        taken[0] -= share * ascending[0];
        for (const measure of ofOneRow) {
          const change = valueOf(measure, taken) - valueOf(measure, ascending);
          const more = measure.morePolysemantic === 'higher' ? change : -change;
          assert.ok(more <= 2 * rounding(row.length) * row.length, measure.id);
        }
      }),
    );
  });
});
