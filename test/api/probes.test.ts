import assert from 'node:assert/strict';
import { LabError } from '../../src/core/errors';
import { activations, attribute, generateData, initialise, measure } from '../../src/api';

describe('attribute with a probe', () => {
  const specimen = initialise({ inputs: 3, hidden: [6, 4], outputs: 2 }, 1);
  const data = generateData({
    name: 'probes',
    features: { count: 5 },
    data: { samples: 60, inputs: 3, autoencoder: { epochs: 1 } },
    specimen: { hidden: [6, 4] },
  });

  it('takes coefficients, or the data that have them', async () => {
    const { encoder, coefficients } = await data;
    const options = { probe: 'distribution', rows: 'post-activation', samples: 20 } as const;
    const matrix = attribute(encoder, specimen, { ...options, coefficients });
    assert.deepEqual(attribute(encoder, specimen, { ...options, data: await data }), matrix);
    assert.equal(matrix.rows, 'post-activation');
    assert.equal(matrix.signed?.length, 10 * 5);
    matrix.signed?.forEach((x, i) => assert.ok(Math.abs(x) <= matrix.values[i] + 1e-15));
    const first = attribute(encoder, specimen, {
      ...options,
      samples: undefined,
      coefficients: coefficients.slice(0, 20 * 5),
    });
    assert.deepEqual(first, matrix);
    const { perNeuron } = measure(matrix, {
      activations: activations(encoder, specimen, { probe: 'distribution', coefficients }),
    }).relative;
    assert.equal(perNeuron.length, 10);
  });

  it('reads the ends of its paths: σ_f e_f, and from the mean', async () => {
    const { encoder, coefficients } = await data;
    const oneHot = attribute(encoder, specimen);
    assert.deepEqual(attribute(encoder, specimen, { probe: 'one-hot', baseline: 'zero' }), oneHot);
    const scaled = attribute(encoder, specimen, { probe: 'scaled', coefficients });
    const fromMean = attribute(encoder, specimen, { baseline: 'mean', coefficients });
    assert.notDeepEqual(scaled.values, oneHot.values);
    assert.notDeepEqual(fromMean.values, oneHot.values);
    const sums = attribute(encoder, specimen, {
      probe: 'scaled',
      coefficients,
      method: 'integrated-gradients',
      rule: 'gausslegendre',
      steps: 200,
    });
    // The path integral of the same path.
    sums.values.forEach((x, i) => assert.ok(Math.abs(x - scaled.values[i]) < 0.02));
    assert.ok(sums.completenessError < 0.02);
  });

  it('works without an encoder, where features are the inputs', () => {
    const coefficients = Float32Array.of(1, 0, 2, 0, 3, 1);
    const { features } = attribute(undefined, specimen, { probe: 'distribution', coefficients });
    assert.equal(features, 3);
    assert.equal(attribute(undefined, specimen, { probe: 'scaled', coefficients }).features, 3);
  });

  const refusals: [string, object, string, RegExp][] = [
    [
      'no coefficients',
      { probe: 'scaled' },
      'coefficients',
      /is missing: the probe "scaled" needs it/,
    ],
    ['no coefficients', { baseline: 'mean' }, 'coefficients', /the baseline "mean" needs it/],
    ['an unknown probe', { probe: 'one-hut' }, 'probe', /expected "one-hot"/],
    ['samples of one-hot', { samples: 3 }, 'samples', /only "distribution"/],
    [
      'a baseline of distribution',
      { probe: 'distribution', baseline: 'mean', coefficients: new Float32Array(3) },
      'baseline',
      /does not support it/,
    ],
    [
      'another number of coefficients',
      { probe: 'scaled', coefficients: new Float32Array(4) },
      'coefficients',
      /4 entries, which is not a multiple of 3 features/,
    ],
    [
      'a list of numbers',
      { probe: 'scaled', coefficients: [1, 2, 3] },
      'coefficients',
      /expected a Float32Array/,
    ],
    [
      'a coefficient that is not finite',
      { probe: 'scaled', coefficients: Float32Array.of(1, NaN, 0) },
      'coefficients[1]',
      /finite number/,
    ],
    [
      'more samples than there are',
      { probe: 'distribution', samples: 2, coefficients: new Float32Array(3) },
      'samples',
      /1 sample of coefficients/,
    ],
    [
      'coefficients beside data',
      { probe: 'scaled', coefficients: new Float32Array(3), data: { coefficients: 1 } },
      'coefficients',
      /not allowed beside data/,
    ],
    ['data without them', { probe: 'scaled', data: {} }, 'data.coefficients', /is missing/],
    ['several kinds of rows', { rows: ['pre-activation'] }, 'rows', /expected "pre-activation"/],
  ];
  for (const [what, options, field, message] of refusals) {
    it(`refuses ${what}: ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => attribute(undefined, specimen, options),
        (error) => {
          assert.ok(error instanceof LabError, String(error));
          assert.equal(error.place.field, field);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
