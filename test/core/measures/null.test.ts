import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { netsFor, nullInSteps, nullOf } from '../../../src/core/measures/null';
import { isOfSingleNeurons } from '../../../src/core/measures/measure';
import { MEASURES } from '../../../src/core/measures/table';
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

/** Within five standard errors. */
function near(value: number, expected: number, sd: number, count: number, what = ''): void {
  const error = 5 * (sd / Math.sqrt(count));
  assert.ok(Math.abs(value - expected) <= error, `${what} ${value} against ${expected} ± ${error}`);
}

describe('the null of random readouts', () => {
  const readouts = 14_400;
  const found = nullOf(codes, { widths, readouts, nets: 150 });

  for (const id of ['relative', 'participation', 'hill1', 'entropy', 'gini'] as const) {
    it(`gives NonLinear0's code the ${id} that PyTorch gives it`, () => {
      const { mean, sd, standardError, count } = found[id];
      const expected = fixture.null[id];
      assert.equal(count, readouts);
      assert.equal(standardError, sd / Math.sqrt(count));
      // Five standard errors: of the mean, sd / √n; of the standard deviation, about sd / √(2n), and
      // half as much again because the distributions are not normal (kurtosis below 5).
      const error = expected.sd * Math.sqrt(1 / count + 1 / fixture.null.rows);
      assert.ok(Math.abs(mean - expected.mean) <= 5 * error, `${mean}`);
      assert.ok(Math.abs(sd - expected.sd) <= 5 * 1.5 * (error / Math.SQRT2), `${sd}`);
    });
  }

  it('puts relative polysemanticity at the published 3.80', () => {
    const { mean, standardError } = found.relative;
    assert.ok(Math.abs(mean - 3.8) <= 0.005 + 5 * standardError, `${mean}`);
  });

  it('takes measures of features and nets, and those of a neuron in its net, over nets', () => {
    for (const { id } of MEASURES.filter((measure) => !isOfSingleNeurons(measure))) {
      assert.equal(found[id].of, 'net', id);
      if (id !== 'selectivity') assert.equal(found[id].count, 150, id);
    }
    assert.equal(found.entropyMinMax.of, 'net');
    // Readouts of a 5-dimensional code span 5 dimensions: capacities sum to no more.
    assert.ok(found.capacity.mean > 0 && found.capacity.mean <= 5 / 16);
    const { mean, sd, low, high } = found.deadFraction;
    assert.deepEqual([mean, sd, low, high], [0, 0, 0, 0]);
  });

  it('knows the one polysemanticity of a one-dimensional code', () => {
    const line = Float64Array.of(1, -2, 0.5, 0);
    const { relative, gini } = nullOf({ features: 4, values: line }, { widths: [3], readouts: 20 });
    const tolerance = 8 * 2 ** -52; // products and quotients of four numbers
    assert.ok(Math.abs(relative.mean - hillNumber(line, Infinity)) <= tolerance);
    assert.ok(relative.sd <= tolerance && gini.sd <= tolerance);
    assert.ok(relative.high - relative.low <= 4 * tolerance);
  });

  it('has a selectivity only when readouts are rectified', () => {
    assert.equal(found.selectivity.count, 0);
    assert.ok(Number.isNaN(found.selectivity.mean) && Number.isNaN(found.selectivity.low));
    const options = { widths, readouts: 100, activation: 'relu' } as const;
    const { selectivity, relative } = nullOf(codes, options);
    assert.ok(selectivity.mean > 0 && selectivity.mean < 1);
    assert.deepEqual(relative, nullOf(codes, { widths, readouts: 100 }).relative);
  });

  describe('of two features that are read apart, in closed form', () => {
    // A readout's row is (w₁, w₂), its direction θ uniform: R = 1 + tan θ for θ in [0, π/4), and the
    // participation number 1 + sin 2θ.
    const apart = { features: 2, values: Float64Array.of(1, 0, 0, 1) };
    const count = 40_000;
    const tangent = (2 / Math.PI) * Math.LN2;
    const tangentSd = Math.sqrt(4 / Math.PI - 1 - tangent ** 2);
    const sine = 2 / Math.PI;
    const sineSd = Math.sqrt(0.5 - sine ** 2);
    const options = { widths: [100], readouts: count, nets: 64, activation: 'relu' } as const;
    const linear = nullOf(apart, options);
    const rectified = nullOf(apart, { ...options, rows: 'post-activation' });

    it('R is 1 + (2/π) ln 2 = 1.441271, participation 1 + 2/π', () => {
      assert.ok(Math.abs(1 + tangent - 1.441271) < 1e-6);
      near(linear.relative.mean, 1 + tangent, tangentSd, count);
      near(linear.participation.mean, 1 + sine, sineSd, count);
      // The fourth central moment is below the square of the range times the variance.
      near(linear.relative.sd, tangentSd, 1 / (2 * Math.sqrt(2)), count / 2);
    });

    it('its percentiles are those of 1 + tan θ', () => {
      for (const [value, p] of [
        [linear.relative.low, 0.025],
        [linear.relative.high, 0.975],
      ]) {
        const t = Math.tan((p * Math.PI) / 4);
        const density = 4 / Math.PI / (1 + t * t);
        near(value, 1 + t, Math.sqrt(p * (1 - p)) / density, count);
      }
    });

    it('rectified, a quarter is dead and R of the live is 1.147090', () => {
      const live = count * 0.75;
      assert.ok(Math.abs(1 + tangent / 3 - 1.14709) < 1e-6);
      near(rectified.deadFraction.mean, 0.25, Math.sqrt(0.25 * 0.75), 6400);
      near(rectified.relative.count / count, 0.75, Math.sqrt(0.25 * 0.75), count);
      // One live quadrant of three has tan θ, the others 0.
      const sd = Math.sqrt((tangentSd ** 2 + tangent ** 2) / 3 - (tangent / 3) ** 2);
      near(rectified.relative.mean, 1 + tangent / 3, sd, live, 'R');
      near(rectified.participation.mean, 1 + sine / 3, 0.5, live, 'participation');
      // tan(π/4 − θ) where both are positive, 1 where one is.
      near(rectified.selectivity.mean, (2 + tangent) / 3, 0.5, live, 'selectivity');
      assert.equal(linear.deadFraction.mean, 0);
    });

    it('as the thesis counts, the dead score R = 0 and leave coverage without a value', () => {
      const how = { ...options, rows: 'post-activation', compatibility: 'thesis' } as const;
      const thesis = nullOf(apart, how);
      assert.equal(thesis.relative.count, count);
      near(thesis.relative.mean, 0.75 * (1 + tangent / 3), 0.6, count);
      assert.equal(thesis.coverage.count, 0);
    });

    it('stays linear where rows are after no activation', () => {
      const { relative } = nullOf(apart, {
        ...options,
        activation: 'linear',
        rows: 'post-activation',
      });
      assert.deepEqual(relative, linear.relative);
    });
  });

  it('has widths play no part in measures of single neurons', () => {
    const narrow = nullOf(codes, { widths: [2], readouts: 300, nets: 20 });
    const wide = nullOf(codes, { widths: [70, 9], readouts: 300, nets: 20 });
    for (const measure of MEASURES) {
      if (isOfSingleNeurons(measure)) assert.deepEqual(wide[measure.id], narrow[measure.id]);
    }
    // Two neurons cover at most two features.
    assert.ok(narrow.coverage.mean <= 2 / 16 && wide.coverage.mean > 0.9);
    const otherwise = nullOf(codes, { widths: [2], readouts: 300, nets: 3 });
    assert.deepEqual(otherwise.relative, narrow.relative);
  });

  it('is the same whenever it is drawn, another for another seed, and comes in pieces', () => {
    const options = { widths: [8], readouts: 3000 };
    const once = nullOf(codes, options);
    assert.deepEqual(nullOf(codes, options), once);
    assert.notEqual(nullOf(codes, { ...options, seed: 1 }).relative.mean, once.relative.mean);
    const pieces = [...nullInSteps(codes, { ...options, nets: 5 })];
    // Blocks of at most 1024 readouts, and nets.
    assert.equal(pieces.length, 3 + 5);
    assert.ok(pieces.every((operations) => operations > 0));
  });

  it('draws as many nets as hold the readouts, at most 64', () => {
    assert.equal(netsFor([64, 16, 16], 65_536), 64);
    assert.equal(netsFor([1000, 1000], 65_536), 33);
    assert.equal(netsFor([8, 6], 1), 1);
  });

  it('has no spread from one net', () => {
    const { coverage } = nullOf(codes, { widths: [8], readouts: 1 });
    assert.ok(
      coverage.mean > 0 && Number.isNaN(coverage.sd) && Number.isNaN(coverage.standardError),
    );
  });

  it('passes the threshold on', () => {
    const strict = nullOf(codes, { widths, readouts: 300, threshold: 0.95 });
    const lax = nullOf(codes, { widths, readouts: 300, threshold: 0.05 });
    assert.equal(strict.monosemanticFraction.mean, 0);
    assert.equal(lax.monosemanticFraction.mean, 1);
  });

  it('refuses sizes that make no sense, by name', () => {
    const refused = (message: RegExp, run: () => unknown) =>
      assert.throws(run, (error) => error instanceof LabError && message.test(error.message));
    refused(/readouts: must be an integer of at least 1, not 0/, () =>
      nullOf(codes, { widths, readouts: 0 }),
    );
    refused(/nets: must be an integer of at least 1, not 1.5/, () =>
      nullOf(codes, { widths, readouts: 1, nets: 1.5 }),
    );
    refused(/widths\[1\]: must be an integer of at least 1, not 0.5/, () =>
      nullOf(codes, { widths: [3, 0.5], readouts: 1 }),
    );
    refused(/codes: 80 values cannot be divided into codes of 7 features/, () =>
      nullOf({ ...codes, features: 7 }, { widths, readouts: 1 }),
    );
  });
});
