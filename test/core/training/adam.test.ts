import assert from 'node:assert/strict';
import {
  adamState,
  adamUpdate,
  nextAdamStep,
  type AdamOptions,
} from '../../../src/core/training/adam';
import fixture from '../../fixtures/adam.json';

/** Half a unit in the last place of 1, as float32 and as float64: the error of one rounding. */
const FLOAT32_ROUNDING = 2 ** -24;
const FLOAT64_ROUNDING = 2 ** -53;

const cases = fixture.cases.map(({ options, ...rest }) => ({
  ...rest,
  options: {
    learningRate: options.lr,
    beta1: options.betas[0],
    beta2: options.betas[1],
    epsilon: options.eps,
  } satisfies AdamOptions,
}));

/** The parameters after each step, and Adam's memory after the last. */
function run(options: AdamOptions): { trace: Float32Array[]; mean: number[]; square: number[] } {
  const parameters = Float32Array.from(fixture.start);
  const state = adamState(parameters.length);
  const trace = fixture.gradients.map((gradient) => {
    adamUpdate(parameters, Float32Array.from(gradient), state, options);
    return parameters.slice();
  });
  return { trace, mean: Array.from(state.mean), square: Array.from(state.square) };
}

describe('Adam', () => {
  for (const { options, exact, shipped, factors } of cases) {
    const { learningRate, beta1, beta2, epsilon } = options;
    describe(`lr ${learningRate}, betas ${beta1} and ${beta2}, epsilon ${epsilon}`, () => {
      it("remembers the same bits as PyTorch's portable kernels", () => {
        const { mean, square } = run(options);
        assert.deepEqual(mean, exact.mean);
        assert.deepEqual(square, exact.square);
      });

      it('computes the same bits if the square root is correctly rounded', () => {
        assert.deepEqual(
          run(options).trace.map((parameters) => Array.from(parameters)),
          exact.parameters,
        );
      });

      it('stays within 1 ulp of the square root of PyTorch as shipped', () => {
        let previous: Float32Array = Float32Array.from(fixture.start);
        const allowed = new Float64Array(previous.length);
        run(options).trace.forEach((parameters, step) => {
          parameters.forEach((value, i) => {
            // √v is off by one ulp, at most 2 roundings; it, the quotient, the sum and the fraction
            // that follow may each round the other way, and so may the final addition.
            const update = Math.abs(value - previous[i]);
            allowed[i] += (2 + 4 * 2) * FLOAT32_ROUNDING * update;
            allowed[i] += 2 * FLOAT32_ROUNDING * Math.abs(value);
            assert.ok(Math.abs(value - shipped.parameters[step][i]) <= allowed[i]);
          });
          previous = parameters;
        });
      });

      it('has the factors that PyTorch computes with powers, after ten thousand steps too', () => {
        const state = adamState(0);
        let counted = 0;
        for (const [step, stepSize, correction] of factors) {
          let reached = { stepSize: NaN, correction: NaN };
          for (; counted < step; counted++) reached = nextAdamStep(state, options);
          // βᵗ by multiplication is off by at most t roundings of βᵗ; 1 − βᵗ and what follows add 3.
          const bound = (beta: number): number => {
            const power = beta ** step;
            return FLOAT64_ROUNDING * ((step * power) / (1 - power) + 3);
          };
          assert.ok(Math.abs(reached.stepSize / stepSize - 1) <= bound(beta1));
          assert.ok(Math.abs(reached.correction / correction - 1) <= bound(beta2));
          assert.equal(Math.fround(reached.stepSize), Math.fround(stepSize));
          assert.equal(Math.fround(reached.correction), Math.fround(correction));
        }
      });
    });
  }

  it('does not change a parameter whose gradient has always been 0', () => {
    const parameters = Float32Array.of(0.1, -0, 3);
    const before = parameters.slice();
    const state = adamState(3);
    for (let step = 0; step < 3; step++) {
      adamUpdate(parameters, new Float32Array(3), state, cases[0].options);
    }
    assert.deepEqual(parameters, before);
  });
});
