import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluateFeatureModel, featuresOf } from '../../../src/core/data/featureEvaluation';
import { drawFeatureModel, type FeatureModelOptions } from '../../../src/core/data/featureModel';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { layersOf, neuronCount } from '../../../src/core/network/layout';
import { normal } from '../../../src/core/random/normal';
import { stream } from '../../../src/core/random/streams';
import { UNPACED } from '../../../src/core/stop';
import { distance, row, run } from './oracle';

const BASE: FeatureModelOptions = {
  features: 16,
  hidden: [12, 4],
  outputDim: 2,
  activation: 'relu',
};

const draw = (options: Partial<FeatureModelOptions> = {}, seed = 1) =>
  drawFeatureModel({ ...BASE, ...options }, stream(seed, 'feature-model'));

const seedsFor = (samples: number, width: number, seed = 1) => {
  const source = stream(seed, 'inversion');
  return Float32Array.from({ length: samples * width }, () => normal(source));
};

describe('a feature model', () => {
  it('has as many inputs as features, and no activation after the first hidden layer', () => {
    assert.deepEqual(draw().layout, {
      widths: [16, 12, 4, 2],
      activations: ['linear', 'relu'],
    });
    assert.deepEqual(draw({ hidden: [8, 4, 4], activation: 'linear' }).layout.activations, [
      'linear',
      'linear',
      'linear',
    ]);
    assert.deepEqual(draw({ features: 32, hidden: [32] }).layout, {
      widths: [32, 32, 2],
      activations: ['linear'],
    });
  });

  it('follows its rules for weights and biases whatever the widths and bounds', () => {
    const bounds = fc.double({ min: 0, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), bounds, fc.nat(), (features, bound, seed) => {
        const model = draw({ features, hidden: undefined, importanceBound: bound }, seed);
        assert.equal(neuronCount(model.layout), features);
        assert.equal(model.layout.widths[0], features);
        for (const { weights, biases, inputs, outputs } of layersOf(model)) {
          for (let o = 0; o < outputs; o++) {
            const neuron = row(weights, inputs, o);
            const present = neuron.filter((w) => w !== 0);
            assert.ok(present.length >= Math.min(2, inputs));
            assert.ok(present.every((w) => Math.abs(w) >= Math.fround(bound) && Math.abs(w) <= 1));
            const sum = neuron.reduce((total, w) => total + w, 0);
            assert.equal(biases[o], Math.fround(0.5 - 0.5 * sum));
          }
        }
      }),
    );
  });

  it('sets weights below the bound to 0', () => {
    const [{ weights }] = layersOf(draw({ features: 100, hidden: [100], importanceBound: 0.3 }));
    const share = weights.filter((w) => w === 0).length / weights.length;
    // Five standard errors of a share of 0.3 in 10,000.
    assert.ok(Math.abs(share - 0.3) < 5 * Math.sqrt((0.3 * 0.7) / weights.length));
  });

  it('gives two weights to neurons without any, uniform over the range above the bound', () => {
    // A weight survives with probability 5e-5, so nearly all of these were given.
    const [{ weights }] = layersOf(
      draw({
        features: 400,
        hidden: [400],
        importance: { low: -0.97, high: 1 },
        importanceBound: 0.9999,
      }),
    );
    const present = weights.filter((w) => w !== 0);
    assert.ok(present.length >= 800 && present.every((w) => w >= Math.fround(0.9999)));
    const columns = new Set(Array.from(weights.keys()).filter((i) => weights[i] !== 0));
    // 800 places among 400 columns: (1 − 1/400)^800 ≈ 13.5 % of the columns get none, SD < 2 %.
    const used = new Set(Array.from(columns, (i) => i % 400)).size / 400;
    assert.ok(Math.abs(used - (1 - Math.exp(-2))) < 0.1);
    // Uniform on [0.9999, 1]: the mean is off by five standard errors at most.
    const mean = present.reduce((sum, w) => sum + w, 0) / present.length;
    assert.ok(Math.abs(mean - 0.99995) < (5 * 0.0001) / Math.sqrt(12 * present.length) + 1e-7);
  });

  it('draws added weights from both sides of an asymmetric importance', () => {
    // The tails are 1e-4 and 4e-4 wide: a fifth is negative, and nearly all were given.
    const [{ weights }] = layersOf(
      draw({
        features: 300,
        hidden: [300],
        importance: { low: -0.9997, high: 1 },
        importanceBound: 0.9996,
      }),
    );
    const present = weights.filter((w) => w !== 0);
    assert.ok(present.length >= 600);
    assert.ok(present.every((w) => Math.abs(w) >= Math.fround(0.9996) && w >= -0.99971 && w <= 1));
    const negative = present.filter((w) => w < 0).length / present.length;
    assert.ok(Math.abs(negative - 0.2) < 5 * Math.sqrt((0.2 * 0.8) / present.length));
  });

  it('results in 0.5 everywhere for inputs of 0.5', () => {
    const model = draw({ hidden: [6, 4, 3, 3] });
    const { features, outputs } = run(model, new Array<number>(16).fill(0.5));
    // A bias of at most 8.5 is rounded once; such errors pass through rows of Σ|w| ≤ 6 four times.
    const tolerance = 8.5 * 2 ** -24 * 5 * 6 ** 4;
    assert.ok(distance([...features, ...outputs], new Array<number>(18).fill(0.5)) < tolerance);
  });

  it('is the same for the same seed, and different for another seed', () => {
    assert.deepEqual(draw().parameters, draw().parameters);
    assert.notDeepEqual(draw().parameters, draw({}, 2).parameters);
  });

  it('refuses options that are out of range', () => {
    const cases: [Partial<FeatureModelOptions>, string][] = [
      [{ hidden: [12, 5] }, 'features.hidden: widths 12, 5 sum to 17 features, not 16'],
      [{ hidden: [] }, 'features.hidden: widths  sum to 0 features, not 16'],
      [{ hidden: [16, 0] }, 'features.hidden[1]: must be an integer of at least 1, not 0'],
      [{ features: 1.5 }, 'features.count: must be an integer of at least 1, not 1.5'],
      [{ outputDim: 0 }, 'outputDim: must be an integer of at least 1, not 0'],
      [
        { importance: { low: 1, high: 1 } },
        'features.importance: must have finite low < high, not {"low":1,"high":1}',
      ],
      [
        { importance: { low: -0.05, high: 0.1 } },
        'features.importanceBound: must be at least 0 and less than the largest |weight|, 0.1, not 0.1',
      ],
      [
        { importanceBound: -1 },
        'features.importanceBound: must be at least 0 and less than the largest |weight|, 1, not -1',
      ],
    ];
    for (const [options, message] of cases) {
      assert.throws(() => draw(options), { name: 'LabError', message });
    }
  });
});

describe('evaluating a feature model', () => {
  const model = draw({ hidden: [6, 4, 3, 3] });
  const samples = 300;
  const seeds = seedsFor(samples, 16);

  it('gives the pre-activations of all hidden layers', () => {
    const features = featuresOf(model, seeds);
    assert.equal(features.length, samples * 16);
    for (let s = 0; s < samples; s++) {
      const expected = run(model, row(seeds, 16, s)).features;
      // Sums of at most 17 terms of size < 30 in float32, through four layers with Σ|w| ≤ 6.
      assert.ok(distance(row(features, 16, s), expected) < 17 * 30 * 2 ** -24 * 6 ** 3);
    }
    assert.ok(features.some((value) => value < 0));
  });

  it('gives the outputs of the plain engine, bit for bit', async () => {
    const { features, outputs } = await evaluateFeatureModel(model, 'seeds', seeds, UNPACED);
    assert.deepEqual(features, featuresOf(model, seeds));
    assert.deepEqual(outputs, await typescriptEngine().predict(model, seeds, UNPACED));
  });

  it('continues from the features of the first hidden layer', async () => {
    const whole = await evaluateFeatureModel(model, 'seeds', seeds, UNPACED);
    const first = whole.features.filter((_, i) => i % 16 < 6);
    assert.deepEqual(await evaluateFeatureModel(model, 'first-features', first, UNPACED), whole);
  });
});
