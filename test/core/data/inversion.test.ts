import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawCoefficients } from '../../../src/core/data/coefficients';
import { featuresOf } from '../../../src/core/data/featureEvaluation';
import { drawFeatureModel } from '../../../src/core/data/featureModel';
import { invertFeatures, type InversionOptions } from '../../../src/core/data/inversion';
import { InversionBlock } from '../../../src/core/data/inversionBlock';
import type { Network } from '../../../src/core/network/layout';
import { normal } from '../../../src/core/random/normal';
import { stream } from '../../../src/core/random/streams';
import { UNPACED, OPERATIONS_PER_YIELD, Stopped, StopSource } from '../../../src/core/stop';
import { ADAM_DEFAULTS } from '../../../src/core/training/adam';
import { distance, row, run } from './oracle';

/** A single hidden layer, diagonally dominant: every feature can take any value independently. */
function independentModel(F: number): Network {
  const weights = Array.from({ length: F * F }, (_, i) =>
    i % (F + 1) === 0 ? 1 : ((i * 7) % 5) * 0.02,
  );
  const parameters = Float32Array.from([...weights, ...new Array<number>(2 * F + 1).fill(0.1)]);
  return { layout: { widths: [F, F, 1], activations: ['linear'] }, parameters };
}

const deep = drawFeatureModel(
  { features: 12, hidden: [4, 4, 2, 2], outputDim: 2, activation: 'relu' },
  stream(3, 'feature-model'),
);
const wanted = drawCoefficients(21, new Array<number>(12).fill(0.4), stream(3, 'coefficients'));

const invert = (
  model: Network,
  coefficients: Float32Array,
  options: Partial<InversionOptions> = {},
) => invertFeatures(model, coefficients, stream(3, 'inversion'), UNPACED, options);

describe('the inversion', () => {
  it('finds the seeds of coefficients if they exist', async () => {
    const model = independentModel(6);
    const truth = drawCoefficients(40, new Array<number>(6).fill(0), stream(1, 'coefficients'));
    const coefficients = featuresOf(model, truth);
    // A start three units away takes a little more than the thousand steps of the thesis.
    const options = { steps: 2000 };
    const { seeds, errors, approximate, summary } = await invert(model, coefficients, options);
    assert.ok(distance(featuresOf(model, seeds), coefficients) < 0.01);
    assert.ok(errors.every((error) => error < 0.01));
    assert.ok(approximate.every((flag) => flag === 0));
    assert.equal(summary.approximateShare, 0);
  });

  it('flags exactly the samples that are off by more than the tolerance', async () => {
    // Too few steps for some: standard normal starts are up to a few units away, at 0.01 a step.
    const model = independentModel(2);
    const coefficients = drawCoefficients(200, [0.5, 0.5], stream(3, 'coefficients'));
    const { seeds, errors, approximate, summary } = await invert(model, coefficients, {
      steps: 150,
    });
    const features = featuresOf(model, seeds);
    const expected = Array.from({ length: 200 }, (_, s) =>
      distance(row(features, 2, s), row(coefficients, 2, s)),
    );
    assert.deepEqual(Array.from(errors), expected.map(Math.fround));
    assert.deepEqual(
      Array.from(approximate),
      expected.map((error) => (error > 0.01 ? 1 : 0)),
    );
    const flagged = expected.filter((error) => error > 0.01).length;
    assert.ok(flagged > 0 && flagged < 200);
    assert.equal(summary.approximateShare, flagged / 200);
    assert.equal(summary.maximumError, Math.max(...errors));
    const mean = errors.reduce((sum, error) => sum + error, 0) / 200;
    // The order of 200 float64 additions.
    assert.ok(Math.abs(summary.meanError - mean) < 200 * 2 ** -53 * mean);
  });

  it('counts a sample as exact when its error is within the tolerance', async () => {
    const { errors, approximate } = await invert(deep, wanted, { tolerance: 100, steps: 5 });
    assert.ok(Math.max(...errors) > 0.01 && Math.max(...errors) < 100);
    assert.ok(approximate.every((flag) => flag === 0));
  });

  it('reports contradictory coefficients as approximate', async () => {
    // Both layers are affine in the seed: the second is fixed by the first, 0.5 more or less.
    const model: Network = {
      layout: { widths: [2, 1, 1, 1], activations: ['linear', 'linear'] },
      parameters: Float32Array.of(1, 1, 0, 1, 0, 1, 0),
    };
    const { seeds, errors, approximate } = await invert(model, Float32Array.of(0, 1));
    // The least squares compromise is halfway. Adam circles it within a fraction of its step.
    assert.ok(distance(featuresOf(model, seeds), [0.5, 0.5]) < 0.01);
    assert.ok(Math.abs(errors[0] - 0.5) < 0.01);
    assert.equal(approximate[0], 1);
  });

  it('has the gradient of the mean squared error', () => {
    const samples = 5;
    const source = stream(7, 'inversion');
    const starts = Float32Array.from({ length: samples * 12 }, () => normal(source));
    const block = new InversionBlock(deep, samples, ADAM_DEFAULTS);
    block.load(starts, wanted.subarray(0, samples * 12));
    block.computeGradients();
    const loss = (s: number, seed: number[]): number => {
      const target = row(wanted, 12, s);
      return (
        run(deep, seed).features.reduce((sum, value, f) => sum + (value - target[f]) ** 2, 0) / 12
      );
    };
    // Between kinks the loss is a parabola along each input, so a central difference is exact but
    // for rounding: 2⁻⁵³ · loss / h with a loss below 100.
    const h = 1e-4;
    const gates: boolean[] = [];
    for (let s = 0; s < samples; s++) {
      const seed = row(starts, 12, s);
      const { features } = run(deep, seed);
      gates.push(...features.slice(4, 10).map((value) => value > 0));
      assert.ok(
        features.slice(4).every((value) => Math.abs(value) > 1e-2),
        'no kink is near',
      );
      for (let i = 0; i < 12; i++) {
        const moved = (by: number) => seed.map((value, j) => (j === i ? value + by : value));
        const expected = (loss(s, moved(h)) - loss(s, moved(-h))) / (2 * h);
        const actual = block.gradients[i * block.block + s];
        assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
      }
    }
    assert.ok(gates.includes(true) && gates.includes(false), 'gates are open and shut');
  });

  it('takes a first step of the learning rate against the gradient', async () => {
    const source = stream(3, 'inversion');
    const start = Float32Array.from({ length: wanted.length }, () => normal(source));
    const { seeds } = await invert(deep, wanted, { steps: 1, learningRate: 0.125 });
    const block = new InversionBlock(deep, 21, ADAM_DEFAULTS);
    block.load(start, wanted);
    block.computeGradients();
    for (let i = 0; i < start.length; i++) {
      const g = block.gradients[(i % 12) * block.block + Math.floor(i / 12)];
      // Adam's first step is lr · g / (|g| + ε); the rest is the rounding of a seed below 8.
      const expected = start[i] - (0.125 * g) / (Math.abs(g) + 1e-8);
      assert.ok(Math.abs(seeds[i] - expected) < 8 * 2 ** -24);
    }
  });

  it('does not depend on how samples are divided into blocks', async () => {
    const whole = await invert(deep, wanted, { steps: 60, blockSize: 64 });
    for (const blockSize of [1, 8, 16]) {
      assert.deepEqual(await invert(deep, wanted, { steps: 60, blockSize }), whole);
    }
    assert.deepEqual(await invert(deep, wanted, { steps: 60 }), whole);
  });

  it('finds the same seed for a sample whatever samples follow', async () => {
    const { seeds } = await invert(deep, wanted, { steps: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), async (samples) => {
        const some = await invert(deep, wanted.subarray(0, samples * 12), { steps: 60 });
        assert.deepEqual(some.seeds, seeds.slice(0, samples * 12));
        assert.equal(some.errors.length, samples);
        assert.equal(some.approximate.length, samples);
      }),
      { numRuns: 10 },
    );
  });

  it('supports models with more inputs than features', async () => {
    const model = drawFeatureModel(
      { features: 8, hidden: [8], outputDim: 1, activation: 'relu' },
      stream(1, 'feature-model'),
    );
    const wide: Network = {
      layout: { widths: [8, 3, 1], activations: ['linear'] },
      parameters: model.parameters.slice(0, 8 * 3 + 3 + 3 + 1),
    };
    const coefficients = drawCoefficients(9, [0, 0, 0], stream(1, 'coefficients'));
    const { seeds, summary } = await invert(wide, coefficients);
    assert.equal(seeds.length, 9 * 8);
    assert.ok(distance(featuresOf(wide, seeds), coefficients) <= 0.01);
    assert.equal(summary.approximateShare, 0);
  });

  it('reports how many samples are done', async () => {
    const heard: number[][] = [];
    await invertFeatures(
      deep,
      wanted,
      stream(3, 'inversion'),
      UNPACED,
      { steps: 1, blockSize: 8 },
      (done, of) => heard.push([done, of]),
    );
    assert.deepEqual(heard, [
      [8, 21],
      [16, 21],
      [21, 21],
    ]);
  });

  it('stops in the middle of a block', async () => {
    const signal = new StopSource();
    const pace = {
      signal,
      yieldToEventLoop: () => {
        signal.stop();
        return Promise.resolve();
      },
    };
    // One block that would take a thousand yields; it is stopped at the first.
    const operations = new InversionBlock(deep, 21, ADAM_DEFAULTS).operations;
    const steps = Math.ceil((1000 * OPERATIONS_PER_YIELD) / operations);
    const done: number[] = [];
    await assert.rejects(
      invertFeatures(deep, wanted, stream(3, 'inversion'), pace, { steps }, (count) =>
        done.push(count),
      ),
      Stopped,
    );
    assert.deepEqual(done, []);
  });

  it('does not start if it is already stopped', async () => {
    const pace = { ...UNPACED, signal: AbortSignal.abort() };
    await assert.rejects(
      invertFeatures(deep, wanted, stream(3, 'inversion'), pace, { steps: 1 }),
      Stopped,
    );
  });

  it('reports features that are no longer finite', async () => {
    const model = independentModel(2);
    model.parameters.fill(3e38);
    await assert.rejects(invert(model, new Float32Array(20), { steps: 1 }), {
      name: 'LabError',
      kind: 'numeric',
      message: /^features\.importance: the inversion diverged: the error of sample \d is /,
    });
  });

  it('refuses settings that are out of range', async () => {
    const cases: [Partial<InversionOptions>, string][] = [
      [{ steps: 0 }, 'inversion.steps: must be an integer of at least 1, not 0'],
      [{ learningRate: -1 }, 'inversion.learningRate: must be a finite number above 0, not -1'],
      [{ tolerance: NaN }, 'inversion.tolerance: must be a finite number above 0, not NaN'],
      [{ blockSize: 2.5 }, 'inversion.blockSize: must be an integer of at least 1, not 2.5'],
    ];
    for (const [options, message] of cases) {
      await assert.rejects(invert(deep, wanted, options), { name: 'LabError', message });
    }
  });
});
