import assert from 'node:assert/strict';
import { attribute, probeActivations } from '../../../src/core/attribution/attribute';
import { circuitOf, composeNetwork } from '../../../src/core/attribution/circuit';
import type { RowKind } from '../../../src/core/attribution/matrix';
import type { QuadratureRule } from '../../../src/core/attribution/quadrature';
import type { AttributionMethod } from '../../../src/core/attribution/request';
import { LabError } from '../../../src/core/errors';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import { layersOf, layoutOf, parameterCount } from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { RULES } from './captum';
import { networkOf, rowsOf } from './oracle';

const METHODS: readonly AttributionMethod[] = [
  { method: 'finite-difference' },
  { method: 'gradient' },
  ...RULES.map((rule) => ({ method: 'integrated-gradients', rule, steps: 6 }) as const),
];
const ROWS: readonly RowKind[] = ['pre-activation', 'post-activation'];
const integrated = (rule: QuadratureRule, steps: number) =>
  ({ method: 'integrated-gradients', rule, steps }) as const;

/** One feature, relu(slope·x + bias), then doubled. */
const kinked = (slope: number, bias: number): Specimen =>
  networkOf(
    [1, 1, 1, 1],
    'relu',
    { weights: [slope], biases: [bias] },
    { weights: [2], biases: [0] },
    { weights: [0], biases: [0] },
  );

describe('attribution along a path with a kink at 1/4', () => {
  const specimen = kinked(1, -0.25);
  const second = (method: AttributionMethod, rows: RowKind = 'pre-activation') => {
    const matrix = attribute(undefined, specimen, { ...method, rows });
    return { value: matrix.values[1], error: matrix.completenessError };
  };

  it('is exact by finite difference', () => {
    assert.deepEqual(second({ method: 'finite-difference' }), { value: 1.5, error: 0 });
  });

  it('is the slope at the end by gradient', () => {
    assert.deepEqual(second({ method: 'gradient' }), { value: 2, error: 0.5 });
  });

  it('counts the nodes beyond the kink, but not a node at the kink', () => {
    const expected = { value: 1.5, error: 0 };
    assert.deepEqual(second(integrated('riemann_right', 4)), expected);
    assert.deepEqual(second(integrated('riemann_middle', 4)), expected);
    assert.deepEqual(second(integrated('riemann_left', 4)), { value: 1, error: 0.5 });
  });

  it("halves the trapezoid's ends, and takes steps of 1/n between n nodes", () => {
    // Its error is greatest on the first neuron, before any kink: 1 − 4/5, rounded.
    const { value } = second(integrated('riemann_trapezoid', 5));
    assert.ok(Math.abs(value - 1) <= 5 * 2 ** -53);
  });

  it('returns post-activation rows on request', () => {
    const first = (method: AttributionMethod) =>
      attribute(undefined, specimen, { ...method, rows: 'post-activation' }).values[0];
    assert.equal(first({ method: 'finite-difference' }), 0.75);
    assert.equal(first(integrated('riemann_right', 4)), 0.75);
    assert.equal(first(integrated('riemann_left', 4)), 0.5);
    assert.equal(first({ method: 'gradient' }), 1);
    assert.equal(probeActivations(undefined, specimen).values[0], 0.75);
  });
});

describe('attribution in edge cases', () => {
  it("takes ReLU's derivative at 0 to be 0, from either side", () => {
    for (const specimen of [kinked(1, -1), kinked(-1, 1)]) {
      const at = (rows: RowKind) =>
        rowsOf(attribute(undefined, specimen, { method: 'gradient', rows })).flat();
      const [{ weights }] = layersOf(specimen);
      assert.deepEqual(at('pre-activation'), [weights[0], 0]);
      assert.deepEqual(at('post-activation'), [0, 0]);
    }
  });

  it('is exactly 0 if a feature has no effect, whatever other features do', () => {
    // Unit 0 of the first layer flips along feature 0, unit 1 never opens, unit 2 never closes.
    const specimen = networkOf(
      [2, 3, 3, 1],
      'relu',
      { weights: [0.7, 0, 0.3, 0.1, 0, 0.3], biases: [-0.31, -0.9, 0.1] },
      { weights: [0, 0.7, 0, 0, 0.3, 0.1, 0.9, 0.1, 0], biases: [0.1, 0.3, 0.7] },
      { weights: [0, 0, 0], biases: [0] },
    );
    for (const method of METHODS) {
      for (const rows of ROWS) {
        const matrix = attribute(undefined, specimen, { ...method, rows });
        const zero = rowsOf(matrix).map((row) => row.map((value) => value === 0));
        const shown = rows === 'pre-activation';
        assert.deepEqual(
          zero,
          [
            [false, true],
            [!shown, !shown],
            [true, false],
            [true, true],
            [true, false],
            [false, true],
          ],
          JSON.stringify(method),
        );
      }
    }
  });

  it('propagates NaN before and after the activation and to later layers', () => {
    const specimen = networkOf(
      [1, 2, 1, 1],
      'relu',
      { weights: [NaN, 1], biases: [0, 0] },
      { weights: [1, 1], biases: [0] },
      { weights: [0], biases: [0] },
    );
    for (const rows of ROWS) {
      for (const method of METHODS) {
        const [[broken], [sound], [behind]] = rowsOf(
          attribute(undefined, specimen, { ...method, rows }),
        );
        assert.deepEqual([Number.isNaN(broken), Number.isFinite(sound)], [true, true]);
        assert.ok(Number.isNaN(behind), JSON.stringify(method));
      }
    }
    assert.ok(Number.isNaN(probeActivations(undefined, specimen).values[0]));
  });

  it('has no rows without hidden layers', () => {
    const specimen = networkOf([3, 2], 'relu', { weights: [1, 2, 3, 4, 5, 6], biases: [0, 0] });
    for (const method of METHODS) {
      const matrix = attribute(undefined, specimen, { ...method, rows: 'pre-activation' });
      assert.deepEqual([matrix.neurons, matrix.features, matrix.values.length], [0, 3, 0]);
      assert.deepEqual([matrix.layers, matrix.completenessError], [[], 0]);
    }
  });
});

describe('an attribution matrix', () => {
  const specimen: Specimen = {
    ...networkOf(
      [2, 2, 3, 1],
      'relu',
      { weights: [1, 2, 3, 4], biases: [0, 0] },
      { weights: [1, 0, 0, 1, 1, 1], biases: [0, 0, 0] },
      { weights: [1, 1, 1], biases: [0] },
    ),
    units: [
      [3, 5],
      [0, 2, 7],
    ],
  };

  it('has a range of rows for each hidden layer, and a name for each feature', () => {
    const matrix = attribute(undefined, specimen, { method: 'gradient', rows: 'pre-activation' });
    assert.deepEqual([matrix.neurons, matrix.features, matrix.rows], [5, 2, 'pre-activation']);
    assert.deepEqual(matrix.layers, [
      { layer: 0, start: 0, end: 2 },
      { layer: 1, start: 2, end: 5 },
    ]);
    assert.deepEqual(matrix.featureNames, ['f0', 'f1']);
    assert.deepEqual([...matrix.values.subarray(2, 4)], [3, 4]);
    assert.deepEqual([...matrix.values.subarray(8)], [4, 6]);
  });

  it('names the units of a pruned specimen by their places in the unpruned one', () => {
    const request = { method: 'finite-difference', rows: 'post-activation' } as const;
    for (const matrix of [
      attribute(undefined, specimen, request),
      probeActivations(undefined, specimen),
    ]) {
      assert.deepEqual([...matrix.units], [3, 5, 0, 2, 7]);
      assert.equal(matrix.rows, 'post-activation');
    }
  });

  it('attributes features through an encoder with hidden layers', () => {
    const encoder = networkOf(
      [3, 2, 2],
      'relu',
      { weights: [1, 0, -1, 0, 1, 0], biases: [0, 0] },
      { weights: [1, 0, 0, 1], biases: [0, 0.5] },
    );
    const matrix = attribute(encoder, specimen, {
      method: 'finite-difference',
      rows: 'pre-activation',
    });
    assert.deepEqual(rowsOf({ ...matrix, neurons: 2 }), [
      [1, 2, 0],
      [3, 4, 0],
    ]);
  });
});

describe('a circuit', () => {
  const specimen = networkOf(
    [2, 3, 1],
    'relu',
    { weights: [1, 2, 3, 4, 5, 6], biases: [0, 0, 0] },
    { weights: [1, 1, 1], biases: [0] },
  );
  const encoderOf = (...widths: number[]) => {
    const layout = layoutOf(widths, 'relu');
    return { layout, parameters: new Float32Array(parameterCount(layout)) };
  };

  it('puts the encoder first and leaves the output layer out', () => {
    const circuit = circuitOf(composeNetwork(encoderOf(6, 4, 2), specimen));
    assert.equal(circuit.features, 6);
    assert.deepEqual(
      circuit.layers.map(({ inputs, outputs, activation }) => [inputs, outputs, activation]),
      [
        [6, 4, 'relu'],
        [4, 2, 'linear'],
        [2, 3, 'relu'],
      ],
    );
  });

  it('uses the inputs as features if there is no encoder', () => {
    const circuit = circuitOf(composeNetwork(undefined, specimen));
    assert.deepEqual([circuit.features, circuit.layers.length], [2, 1]);
  });

  it('refuses networks that do not match each other or their own layout', () => {
    const refused = (call: () => unknown, ...parts: string[]) =>
      assert.throws(
        call,
        (error) =>
          error instanceof LabError &&
          error.kind === 'invalid-input' &&
          parts.every((part) => error.message.includes(part)),
      );
    const request = { method: 'finite-difference', rows: 'pre-activation' } as const;
    const narrow = encoderOf(6, 4);
    for (const call of [
      () => attribute(narrow, specimen, request),
      () => probeActivations(narrow, specimen),
    ]) {
      refused(call, '4', '2');
    }
    const short = { ...specimen, parameters: specimen.parameters.subarray(1) };
    refused(() => attribute(undefined, short, request), '2-3-1', '13', '12');
    refused(() =>
      attribute(undefined, specimen, { ...integrated('riemann_left', 0), rows: 'pre-activation' }),
    );
  });
});

describe('integrated gradients', () => {
  // NonLinear0's shape; weights twice PyTorch's, so that gates open and close along the paths.
  const source = MersenneTwister.fromSeed(42);
  const drawn = (...widths: number[]) => {
    const layout = layoutOf(widths, 'relu');
    const parameters = torchLinearInitialisation(layout, source).map((value) => 2 * value);
    return specimenOf(layout, parameters);
  };
  const encoder = drawn(16, 8, 5);
  const specimen = drawn(5, 64, 16, 16, 2);
  const errorOf = (rule: QuadratureRule, steps: number) =>
    attribute(encoder, specimen, { ...integrated(rule, steps), rows: 'pre-activation' })
      .completenessError;

  for (const rule of RULES) {
    it(`converge to n(e_f) − n(0) in proportion to the steps of ${rule}`, () => {
      const [coarse, fine] = [errorOf(rule, 20), errorOf(rule, 2000)];
      assert.ok(coarse > 1e-3, `${coarse}`);
      // A hundredth, except for the position of nodes around the kinks.
      assert.ok(fine < coarse / 20, `${coarse} → ${fine}`);
    });
  }
});
