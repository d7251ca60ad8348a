import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { nullOf } from '../../../src/core/measures/null';
import { stream } from '../../../src/core/random/streams';
import { flat, hillNumber } from './matrices';

interface Fixture {
  codes: number[][];
  null: Record<
    'relative' | 'participation' | 'hill1' | 'entropy' | 'gini',
    { mean: number; sd: number }
  > & {
    rows: number;
  };
}

const fixture = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../fixtures/nonlinear0-code.json'), 'utf8'),
) as Fixture;
const codes = { features: 16, values: flat(fixture.codes) };
const widths = [64, 16, 16];
const source = () => stream(7, 'null');

describe('the null of random readouts', () => {
  const repetitions = 150;
  const found = nullOf(codes, source(), { widths, repetitions });

  for (const id of ['relative', 'participation', 'hill1', 'entropy', 'gini'] as const) {
    it(`gives NonLinear0's code the ${id} that PyTorch gives it`, () => {
      const { mean, sd, count } = found[id];
      const expected = fixture.null[id];
      assert.equal(count, repetitions * 96);
      // Five standard errors: of the mean, sd / √n; of the standard deviation, about sd / √(2n), and
      // half as much again because the distributions are not normal (kurtosis below 5).
      const error = expected.sd * Math.sqrt(1 / count + 1 / fixture.null.rows);
      assert.ok(Math.abs(mean - expected.mean) <= 5 * error, `${mean}`);
      assert.ok(Math.abs(sd - expected.sd) <= 5 * 1.5 * (error / Math.SQRT2), `${sd}`);
    });
  }

  it('puts relative polysemanticity at the published 3.80', () => {
    const { mean, sd, count } = found.relative;
    assert.ok(Math.abs(mean - 3.8) <= 0.005 + (5 * sd) / Math.sqrt(count), `${mean}`);
  });

  it('takes measures of features and nets over the repetitions', () => {
    for (const id of ['coverage', 'capacity', 'monosemanticFraction', 'deadFraction'] as const) {
      assert.equal(found[id].count, repetitions, id);
    }
    // Readouts of a 5-dimensional code span 5 dimensions: capacities sum to no more.
    assert.ok(found.capacity.mean > 0 && found.capacity.mean <= 5 / 16);
    assert.deepEqual(found.deadFraction, { mean: 0, sd: 0, count: repetitions });
  });

  it('draws as many rows as the widths say, which coverage depends on', () => {
    const few = nullOf(codes, source(), { widths: [2], repetitions: 20 });
    assert.ok(few.coverage.mean <= 2 / 16);
    assert.ok(found.coverage.mean > 0.9);
  });

  it('knows the one polysemanticity of a one-dimensional code', () => {
    const line = Float64Array.of(1, -2, 0.5, 0);
    const { relative, gini } = nullOf({ features: 4, values: line }, source(), {
      widths: [3, 2],
      repetitions: 4,
    });
    const tolerance = 8 * 2 ** -52; // products and quotients of four numbers
    assert.ok(Math.abs(relative.mean - hillNumber(line, Infinity)) <= tolerance);
    assert.ok(relative.sd <= tolerance && gini.sd <= tolerance);
    assert.equal(relative.count, 20);
  });

  it('has a selectivity only when readouts are rectified', () => {
    assert.deepEqual(found.selectivity, { mean: NaN, sd: NaN, count: 0 });
    const options = { widths, repetitions: 2, activation: 'relu' } as const;
    const { selectivity, relative } = nullOf(codes, source(), options);
    assert.ok(selectivity.mean > 0 && selectivity.mean < 1);
    assert.deepEqual(relative, nullOf(codes, source(), { widths, repetitions: 2 }).relative);
  });

  it('is the same for the same stream and has no spread from one net', () => {
    const once = () => nullOf(codes, source(), { widths: [8], repetitions: 1 });
    assert.deepEqual(once(), once());
    assert.ok(Number.isNaN(once().coverage.sd) && once().relative.sd > 0);
  });

  it('passes the threshold on', () => {
    const strict = nullOf(codes, source(), { widths, repetitions: 3, threshold: 0.95 });
    const lax = nullOf(codes, source(), { widths, repetitions: 3, threshold: 0.05 });
    assert.equal(strict.monosemanticFraction.mean, 0);
    assert.equal(lax.monosemanticFraction.mean, 1);
  });

  it('refuses sizes that make no sense, by name', () => {
    const refused = (message: RegExp, run: () => unknown) =>
      assert.throws(run, (error) => error instanceof LabError && message.test(error.message));
    refused(/repetitions: must be an integer of 1 or more, not 0/, () =>
      nullOf(codes, source(), { widths, repetitions: 0 }),
    );
    refused(/widths\[1\]: must be an integer of 1 or more, not 0.5/, () =>
      nullOf(codes, source(), { widths: [3, 0.5], repetitions: 1 }),
    );
    refused(/codes: 80 values do not make codes of 7 features/, () =>
      nullOf({ ...codes, features: 7 }, source(), { widths, repetitions: 1 }),
    );
  });
});
