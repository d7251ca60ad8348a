import assert from 'node:assert/strict';
import { LabError } from '../../../src/core/errors';
import { layersOf, layoutOf, parameterCount } from '../../../src/core/network/layout';
import { ADAM_DEFAULTS } from '../../../src/core/training/adam';
import {
  copyState,
  optimizerState,
  optimizerUpdate,
  requireOptimizer,
  restrictState,
  type OptimizerOptions,
} from '../../../src/core/training/optimizer';
import { start, gradients } from '../../fixtures/adam.json';
import fixture from '../../fixtures/optimizers.json';

interface TorchOptions {
  readonly lr: number;
  readonly betas?: number[];
  readonly eps?: number;
  readonly momentum?: number;
  readonly weight_decay?: number;
}

function optionsOf(kind: string, torch: TorchOptions): OptimizerOptions {
  const shared = { learningRate: torch.lr, weightDecay: torch.weight_decay };
  if (kind === 'sgd') return { kind, ...shared, momentum: torch.momentum };
  assert.ok(kind === 'adam' || kind === 'adamw');
  const [beta1, beta2] = torch.betas ?? [];
  return { kind, ...shared, beta1, beta2, epsilon: torch.eps ?? NaN };
}

describe('optimisers', () => {
  for (const { kind, options, parameters: trace, mean, square } of fixture.cases) {
    it(`give the same bits as PyTorch's portable kernels: ${kind} ${JSON.stringify(options)}`, () => {
      const parameters = Float32Array.from(start);
      const state = optimizerState(parameters.length);
      gradients.forEach((gradient, step) => {
        const given = Float32Array.from(gradient);
        optimizerUpdate(parameters, given, state, optionsOf(kind, options));
        assert.deepEqual(Array.from(parameters), trace[step]);
      });
      if (mean) assert.deepEqual(Array.from(state.mean), mean);
      if (square) assert.deepEqual(Array.from(state.square), square);
    });
  }

  it('do not carry the momentum of a dead parameter into the subnormal numbers', () => {
    const parameters = Float32Array.of(1);
    const state = optimizerState(1);
    const options = { kind: 'sgd', learningRate: 0.1, momentum: 0.5 } as const;
    optimizerUpdate(parameters, Float32Array.of(2 ** -125), state, options);
    optimizerUpdate(parameters, Float32Array.of(0), state, options);
    assert.equal(state.mean[0], 2 ** -126);
    optimizerUpdate(parameters, Float32Array.of(0), state, options);
    assert.equal(state.mean[0], 0);
  });

  it('are refused with a hyperparameter out of range, by name', () => {
    const adam = { kind: 'adam', learningRate: 0.1, ...ADAM_DEFAULTS } as const;
    const sgd = { kind: 'sgd', learningRate: 0.1 } as const;
    const cases: [object, RegExp][] = [
      [{ ...adam, kind: 'lion' }, /^optimizer\.kind: "lion" is not allowed/],
      [{ ...adam, learningRate: -1 }, /^optimizer\.learningRate: .*not -1/],
      [{ ...adam, learningRate: Infinity }, /^optimizer\.learningRate/],
      [{ ...adam, weightDecay: NaN }, /^optimizer\.weightDecay/],
      [{ ...adam, beta1: 1 }, /^optimizer\.beta1: must be a number in \[0, 1\), not 1/],
      [{ ...adam, beta2: -0.1 }, /^optimizer\.beta2/],
      [{ ...adam, epsilon: -1 }, /^optimizer\.epsilon/],
      [{ ...sgd, momentum: 1 }, /^optimizer\.momentum/],
      [{ ...sgd, weightDecay: -1 }, /^optimizer\.weightDecay/],
    ];
    for (const [options, message] of cases) {
      assert.throws(
        () => requireOptimizer(options as OptimizerOptions),
        (error) => error instanceof LabError && message.test(error.message),
      );
    }
    requireOptimizer(adam);
    requireOptimizer({ ...sgd, momentum: 0.9, weightDecay: 1e-4 });
  });
});

describe('the state of an optimiser', () => {
  const layout = layoutOf([2, 3, 2, 1], 'relu');
  const count = parameterCount(layout);
  const state = {
    mean: Float32Array.from({ length: count }, (_, i) => i),
    square: Float32Array.from({ length: count }, (_, i) => 100 + i),
    beta1Power: 0.5,
    beta2Power: 0.25,
  };

  it('follows the units that a pruning keeps', () => {
    const { mean, square, ...powers } = restrictState(state, layout, [[0, 2], [1]]);
    assert.deepEqual(powers, { beta1Power: 0.5, beta2Power: 0.25 });
    const smaller = { ...layout, widths: [2, 2, 1, 1] };
    const rows = layersOf({ layout: smaller, parameters: mean }).map(({ weights, biases }) => [
      Array.from(weights),
      Array.from(biases),
    ]);
    // Weights [3, 2] at 0, biases at 6; weights [2, 3] at 9, biases at 15; weights [1, 2] at 17, bias at 19.
    assert.deepEqual(rows, [
      [
        [0, 1, 4, 5],
        [6, 8],
      ],
      [[12, 14], [16]],
      [[18], [19]],
    ]);
    assert.deepEqual(
      square,
      mean.map((value) => 100 + value),
    );
  });

  it('follows units by their names after an earlier pruning', () => {
    const units = [
      [4, 6, 9],
      [1, 3],
    ];
    assert.deepEqual(
      restrictState(state, layout, [[4, 9], [3]], units),
      restrictState(state, layout, [[0, 2], [1]]),
    );
    assert.throws(() => restrictState(state, layout, [[0], [3]], units), /no unit 0/);
  });

  it('is copied whole', () => {
    const copy = copyState(state);
    assert.deepEqual(copy, state);
    copy.mean[0] = 7;
    assert.equal(state.mean[0], 0);
  });
});
