import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { attribute } from '../../../src/core/attribution/attribute';
import { distributionMatrix, readDistribution } from '../../../src/core/attribution/distribution';
import { ROW_KINDS } from '../../../src/core/attribution/matrix';
import {
  BASELINES,
  displaced,
  displacementOf,
  featureStatistics,
  type Coefficients,
} from '../../../src/core/attribution/probe';
import { inputsAlone, probeInputs } from '../../../src/core/attribution/sampleRows';
import { simdEngine } from '../../../src/core/engine/simd/simdEngine';
import { LabError } from '../../../src/core/errors';
import { isRelu, layersOf, layoutOf, type Network } from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import { anyPair, featuresOf, type Pair } from './oracle';

interface StoredNetwork {
  widths: number[];
  parameters: number[];
}

type Rows = Record<string, number[][]>;

interface Case {
  encoder: StoredNetwork | null;
  specimen: StoredNetwork;
  coefficients: number[];
  mean: number[];
  deviation: number[];
  'pre-activation': Rows;
  'post-activation': Rows;
  activity: { mean: number[]; firing: number[]; present: number[][] };
}

const fixture = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../fixtures/probes.json'), 'utf8'),
) as { read: number; cases: Record<string, Case> };

/** Float32 rounds by up to 2⁻²⁴; nets of this size multiply that by less than 100. */
const ROUNDING = 100 * 2 ** -24;

function near(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i] - value) <= tolerance, `${i}: ${found[i]} instead of ${value}`);
  });
}

describe('probes agree with PyTorch in float64:', () => {
  for (const [name, stored] of Object.entries(fixture.cases)) {
    const activation = name === 'linear' ? 'linear' : 'relu';
    const netOf = ({ widths, parameters }: StoredNetwork): Network => {
      return { layout: layoutOf(widths, activation), parameters: Float32Array.from(parameters) };
    };
    const encoder = stored.encoder ? netOf(stored.encoder) : undefined;
    const { layout, parameters } = netOf(stored.specimen);
    const specimen = specimenOf(layout, parameters);
    const features = stored.mean.length;
    const values = Float32Array.from(stored.coefficients);
    const coefficients = { samples: values.length / features, features, values };
    const statistics = featureStatistics(coefficients);

    it(`mean and deviation of coefficients, ${name}`, () => {
      near(statistics.means, stored.mean, 1e-15);
      near(statistics.deviations, stored.deviation, 1e-15);
    });

    for (const rows of ROW_KINDS) {
      for (const probe of ['one-hot', 'scaled'] as const) {
        for (const baseline of BASELINES) {
          it(`${probe} from ${baseline}, ${rows}, ${name}`, () => {
            const displacement = displacementOf(probe, baseline, statistics);
            const nets =
              displacement === undefined
                ? { encoder, specimen }
                : encoder
                  ? { encoder: displaced(encoder, displacement), specimen }
                  : {
                      encoder,
                      specimen: specimenOf(layout, displaced(specimen, displacement).parameters),
                    };
            const request = { method: 'finite-difference', rows } as const;
            const { values: found } = attribute(nets.encoder, nets.specimen, request);
            near(found, stored[rows][`${probe} ${baseline}`].flat(), ROUNDING);
          });
        }
      }

      it(`distribution, ${rows}, ${name}`, () => {
        const inputs = probeInputs(encoder, coefficients, fixture.read);
        const read = readDistribution(specimen, inputs, { kinds: [rows] });
        const matrix = distributionMatrix(specimen, features, rows, read);
        near(matrix.values, stored[rows]['distribution absolute'].flat(), ROUNDING);
        near(matrix.signed ?? [], stored[rows]['distribution signed'].flat(), ROUNDING);
        assert.equal(matrix.completenessError, 0);
      });
    }

    it(`activity on the samples, ${name}`, () => {
      const inputs = probeInputs(encoder, coefficients, fixture.read);
      const { activity } = readDistribution(specimen, inputs, { kinds: [], byFeature: true });
      near(activity.mean, stored.activity.mean, ROUNDING);
      near(activity.firing, stored.activity.firing, 1e-15);
      near(activity.present, stored.activity.present.flat(), ROUNDING);
    });
  }
});

/** All hidden neurons before and after their activation, in float64. */
function neuronsAt({ encoder, specimen }: Pair, c: ArrayLike<number>): [number[], number[]] {
  let x = Array.from(c);
  const affine = (net: Network, l: number): number[] => {
    const { inputs, outputs, weights, biases } = layersOf(net)[l];
    return Array.from({ length: outputs }, (_, o) =>
      x.reduce((sum, value, i) => sum + weights[o * inputs + i] * value, biases[o]),
    );
  };
  const after = (values: number[], relu: boolean): number[] =>
    relu ? values.map((value) => Math.max(0, value)) : values;
  if (encoder) {
    const { activations } = encoder.layout;
    for (let l = 0; l < activations.length + 1; l++) {
      x = affine(encoder, l);
      if (l < activations.length) x = after(x, isRelu(activations[l]));
    }
  }
  const [pre, post]: [number[], number[]] = [[], []];
  specimen.layout.activations.forEach((activation, l) => {
    const values = affine(specimen, l);
    x = after(values, isRelu(activation));
    pre.push(...values);
    post.push(...x);
  });
  return [pre, post];
}

/** Coefficients of up to 9 samples, of which about half are 0. */
function anyCoefficients(features: number): fc.Arbitrary<Coefficients> {
  const one = fc.oneof(fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true }));
  return fc
    .integer({ min: 1, max: 9 })
    .chain((samples) =>
      fc.array(one, { minLength: samples * features, maxLength: samples * features }),
    )
    .map((values) => {
      return { samples: values.length / features, features, values: Float32Array.from(values) };
    });
}

const anyCase = anyPair('relu', 'relu', 'linear').chain((pair) =>
  fc.record({ pair: fc.constant(pair), coefficients: anyCoefficients(featuresOf(pair)) }),
);

describe('the distribution probe', () => {
  it('is the mean of n(c) − n(c with c_f = 0), of nets of any shape', () => {
    fc.assert(
      fc.property(anyCase, fc.integer({ min: 1, max: 12 }), ({ pair, coefficients }, count) => {
        const { encoder, specimen } = pair;
        const { features, values } = coefficients;
        const samples = Math.min(coefficients.samples, count);
        const inputs = probeInputs(encoder, coefficients, count);
        const read = readDistribution(specimen, inputs, { kinds: ROW_KINDS });
        ROW_KINDS.forEach((rows, kind) => {
          const { values: absolute, signed = [] } = distributionMatrix(
            specimen,
            features,
            rows,
            read,
          );
          for (let f = 0; f < features; f++) {
            const effects = Array.from({ length: samples }, (_, s) => {
              const c = values.slice(s * features, (s + 1) * features);
              const whole = neuronsAt(pair, c)[kind];
              c[f] = 0;
              return neuronsAt(pair, c)[kind].map((lacking, k) => whole[k] - lacking);
            });
            effects[0].forEach((_, k) => {
              const own = effects.map((effect) => effect[k]);
              const mean = own.reduce((sum, x) => sum + x, 0) / samples;
              const magnitude = own.reduce((sum, x) => sum + Math.abs(x), 0) / samples;
              // Weights of up to 2 in layers of up to 9 units: values below 18⁵ in float32.
              const tolerance = 1e-6 * Math.max(1, largestValue(pair));
              assert.ok(Math.abs(signed[k * features + f] - mean) <= tolerance);
              assert.ok(Math.abs(absolute[k * features + f] - magnitude) <= tolerance);
            });
          }
        });
      }),
    );
  });

  it('gives the same bits by the kernel', () => {
    const { attribution: arithmetic } = simdEngine();
    fc.assert(
      fc.property(anyCase, ({ pair, coefficients }) => {
        const inputs = probeInputs(pair.encoder, coefficients, 100);
        const how = { kinds: ROW_KINDS, byFeature: true };
        assert.deepEqual(
          readDistribution(pair.specimen, inputs, { ...how, arithmetic }),
          readDistribution(pair.specimen, inputs, how),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('adds up chunks of many samples', () => {
    const pair = fc.sample(anyPair('relu'), { seed: 5, numRuns: 1 })[0];
    const features = featuresOf(pair);
    const few = fc.sample(anyCoefficients(features), { seed: 6, numRuns: 1 })[0];
    const times = 3000;
    const many = new Float32Array(times * few.values.length);
    for (let i = 0; i < times; i++) many.set(few.values, i * few.values.length);
    const how = { kinds: ROW_KINDS, byFeature: true };
    const read = (values: Float32Array) =>
      readDistribution(
        pair.specimen,
        probeInputs(pair.encoder, { samples: values.length / features, features, values }, 1e9),
        how,
      );
    const [once, often] = [read(few.values), read(many)];
    for (const rows of ROW_KINDS) {
      near(
        often.effects[rows]?.absolute ?? [],
        Array.from(once.effects[rows]?.absolute ?? []),
        1e-9,
      );
    }
    near(often.activity.firing, Array.from(once.activity.firing), 1e-12);
    assert.equal(often.activity.samples, times * few.samples);
  });

  it('has no effect and no mean of a feature that no sample has', () => {
    const specimen = specimenOf(layoutOf([2, 1, 1], 'relu'), Float32Array.of(1, 1, 0.5, 1, 0));
    const coefficients = { samples: 2, features: 2, values: Float32Array.of(1, 0, 3, 0) };
    const inputs = probeInputs(undefined, coefficients, 10);
    const { effects, activity } = readDistribution(specimen, inputs, {
      kinds: ['post-activation'],
      byFeature: true,
    });
    assert.deepEqual(Array.from(effects['post-activation']?.absolute ?? []), [2, 0]);
    assert.deepEqual(Array.from(activity.present), [2.5, NaN]);
    assert.deepEqual(
      [Array.from(activity.mean), Array.from(activity.firing), activity.samples],
      [[2.5], [1], 2],
    );
  });

  it('sees the activity on inputs whose coefficients are not known', () => {
    fc.assert(
      fc.property(anyCase, ({ pair: { specimen }, coefficients: { features: _, ...rest } }) => {
        const [inputDim] = specimen.layout.widths;
        const samples = Math.floor(rest.values.length / inputDim);
        if (samples === 0) return;
        const values = rest.values.slice(0, samples * inputDim);
        const alone = inputsAlone(values, inputDim, 3, 1e9);
        const known = probeInputs(undefined, { samples, features: inputDim, values }, 1e9);
        const { activity } = readDistribution(specimen, alone, { kinds: [] });
        assert.deepEqual(activity, readDistribution(specimen, known, { kinds: [] }).activity);
      }),
    );
  });

  it('refuses a specimen that does not fit the encoder', () => {
    const specimen = specimenOf(layoutOf([3, 1, 1], 'relu'), new Float32Array(6));
    const inputs = probeInputs(
      undefined,
      { samples: 1, features: 2, values: new Float32Array(2) },
      1,
    );
    assert.throws(
      () => readDistribution(specimen, inputs, { kinds: [] }),
      (error) =>
        error instanceof LabError && /2 outputs, but the specimen has 3/.test(error.message),
    );
  });
});

function largestValue({ encoder, specimen }: { encoder?: Network; specimen: Specimen }): number {
  const gain = (net: Network): number =>
    layersOf(net).reduce((product, { inputs }) => product * (2 * inputs + 0.7), 1);
  return gain(specimen) * (encoder ? gain(encoder) : 1);
}
