import assert from 'node:assert/strict';
import type { Penalty } from '../../../src/core/training/penalty';
import { referencePass, type Masks } from './reference';
import { taskOf } from './tasks';

describe('the float64 reference of the engines', () => {
  for (const penalty of [
    undefined,
    { kind: 'activations', lambda: 0.3 } as const,
    { kind: 'weights', lambda: 0.2 } as const,
  ]) {
    const title = penalty ? `loss and penalty of ${penalty.kind}` : 'loss';
    it(`has the gradients that central differences of its ${title} have, with dropout too`, () => {
      assertDerivatives(penalty);
    });
  }

  function assertDerivatives(penalty: Penalty | undefined): void {
    const task = taskOf({
      widths: [4, 7, 6, 2],
      activations: ['relu', 'linear'],
      samples: 5,
      penalty,
    });
    const dropped: Masks = [
      Array.from({ length: 5 }, (_, r) => Array.from({ length: 7 }, (__, k) => (r + k) % 2 && 2)),
      Array.from({ length: 5 }, (_, r) => Array.from({ length: 6 }, (__, k) => (r * k) % 3 && 1.5)),
    ];
    const parameters = Float64Array.from(task.parameters);
    const h = 2 ** -16;
    for (const masks of [[], dropped]) {
      const { gradients, nearestKink } = referencePass(task, parameters, task.order(1), masks);
      assert.ok(nearestKink > 4 * h);
      gradients.forEach((gradient, i) => {
        const [above, below] = [h, -h].map((step) => {
          const moved = parameters.slice();
          moved[i] += step;
          const pass = referencePass(task, moved, task.order(1), masks);
          assert.equal(pass.penalty > 0, penalty !== undefined);
          return pass.loss + pass.penalty;
        });
        // Quadratic in each parameter: what is left is rounding, 2⁻⁵³ of the loss over h.
        assert.ok(Math.abs(gradient - (above - below) / (2 * h)) < 1e-10);
      });
    }
  }
});
