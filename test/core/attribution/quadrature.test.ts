import assert from 'node:assert/strict';
import { quadrature, type QuadratureRule } from '../../../src/core/attribution/quadrature';
import { LabError } from '../../../src/core/errors';
import { nodesOf, RULES } from './captum';

const ROUNDING = 2 ** -53;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
/** Σ w α^power */
const integral = (rule: QuadratureRule, steps: number, power: number) => {
  const { alphas, weights } = quadrature(rule, steps);
  return sum(weights.map((weight, j) => weight * alphas[j] ** power));
};

describe('quadrature', () => {
  for (const rule of RULES) {
    it(`${rule} has Captum's nodes and weights`, () => {
      for (const steps of rule === 'riemann_trapezoid' ? [2, 7, 50] : [1, 2, 7, 50]) {
        const [alphas, weights] = nodesOf(rule, steps);
        const actual = quadrature(rule, steps);
        assert.equal(actual.alphas.length, steps);
        assert.equal(actual.weights.length, steps);
        actual.alphas.forEach((alpha, j) => {
          // NumPy multiplies j by a rounded step: three roundings of numbers up to 1.
          assert.ok(Math.abs(alpha - alphas[j]) <= 3 * ROUNDING, `node ${j} of ${steps}`);
        });
        actual.weights.forEach((weight, j) => {
          // NumPy's Gauss–Legendre weights of 50 nodes are right to 1e-12, by comparison with 40 digits.
          assert.ok(Math.abs(weight / weights[j] - 1) <= 1e-12, `weight ${j} of ${steps}`);
        });
      }
    });
  }

  it('has its nodes in ascending order, inside the path', () => {
    for (const rule of RULES) {
      for (const steps of [2, 3, 50, 1000]) {
        const { alphas } = quadrature(rule, steps);
        alphas.forEach((alpha, j) => assert.ok(j === 0 || alpha > alphas[j - 1]));
        assert.ok(alphas[0] >= 0 && alphas[steps - 1] <= 1);
      }
    }
  });

  it('hits the ends of the path exactly', () => {
    for (const steps of [2, 3, 7, 49, 50, 1000]) {
      assert.equal(quadrature('riemann_left', steps).alphas[0], 0);
      assert.equal(quadrature('riemann_right', steps).alphas[steps - 1], 1);
      const { alphas } = quadrature('riemann_trapezoid', steps);
      assert.deepEqual([alphas[0], alphas[steps - 1]], [0, 1]);
    }
  });

  it('sums its weights to 1, those of the trapezoid to (n − 1)/n', () => {
    for (const rule of RULES) {
      for (const steps of [2, 3, 50, 1000]) {
        const expected = rule === 'riemann_trapezoid' ? (steps - 1) / steps : 1;
        // As many additions of numbers up to 1 as there are steps.
        assert.ok(Math.abs(integral(rule, steps, 0) - expected) <= steps * ROUNDING, rule);
      }
    }
  });

  it('is exact by Gauss–Legendre for polynomials up to degree 2n − 1, and for none above', () => {
    for (const steps of [1, 2, 3, 4, 5, 10]) {
      const error = (power: number) => integral('gausslegendre', steps, power) * (power + 1) - 1;
      for (let power = 0; power < 2 * steps; power++) {
        // A node's rounding grows with the power; n weighted powers are added.
        assert.ok(
          Math.abs(error(power)) <= (power + 4) * steps * 4 * ROUNDING,
          `${steps}: ${power}`,
        );
      }
      // The error for α^2n is known: (n!)⁴ / ((2n)!)² relative to the integral.
      let known = 1;
      for (let k = 1; k <= steps; k++) known *= (k / (steps + k)) ** 2;
      const off = error(2 * steps);
      assert.ok(Math.abs(off + known) <= 1e-3 * known, `${steps}: ${off}, not ${-known}`);
    }
  });

  it('is symmetric by Gauss–Legendre, with a middle node if the number of nodes is odd', () => {
    for (const steps of [1, 2, 5, 50, 51]) {
      const { alphas, weights } = quadrature('gausslegendre', steps);
      alphas.forEach((alpha, j) => {
        assert.ok(Math.abs(alpha + alphas[steps - 1 - j] - 1) <= ROUNDING);
        assert.equal(weights[j], weights[steps - 1 - j]);
      });
      if (steps % 2 === 1) assert.equal(alphas[(steps - 1) / 2], 0.5);
    }
  });

  it('refuses invalid numbers of steps', () => {
    for (const rule of RULES) {
      const bad = [0, -1, 1.5, NaN, Infinity, ...(rule === 'riemann_trapezoid' ? [1] : [])];
      for (const steps of bad) {
        assert.throws(
          () => quadrature(rule, steps),
          (error) =>
            error instanceof LabError &&
            error.kind === 'invalid-input' &&
            error.message.includes(rule) &&
            error.message.includes(String(steps)),
        );
      }
    }
  });
});
