import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawCoefficients } from '../../../src/core/data/coefficients';
import { featuresOf } from '../../../src/core/data/featureEvaluation';
import {
  generateToyData,
  type ToyDataOptions,
  type ToyDataProgress,
} from '../../../src/core/data/generate';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { LabError } from '../../../src/core/errors';
import { stream } from '../../../src/core/random/streams';
import { UNPACED, Stopped, StopSource } from '../../../src/core/stop';
import { distance, row, run } from './oracle';

const BASE: ToyDataOptions = {
  seed: 42,
  samples: 50,
  inputDim: 3,
  outputDim: 2,
  mode: 'inverted',
  features: { count: 8, sparsity: 0.5, hidden: [5, 3], activation: 'relu' },
  autoencoder: { epochs: 2, batchSize: 16, learningRate: 0.001 },
  inversion: { steps: 200 },
};

const generate = (options: Partial<ToyDataOptions> = {}) =>
  generateToyData({ ...BASE, ...options }, typescriptEngine(), UNPACED);

const ofFeatures = (features: Partial<ToyDataOptions['features']>) => ({
  features: { ...BASE.features, ...features },
});

describe('toy data', () => {
  it('have the same bytes for the same seed, and other bytes for another seed', async () => {
    for (const mode of ['inverted', 'forward'] as const) {
      const first = await generate({ mode });
      assert.deepEqual(await generate({ mode }), first);
      const other = await generate({ mode, seed: 43 });
      assert.ok(distance(other.data.inputs, first.data.inputs) > 0);
      assert.ok(distance(other.data.targets, first.data.targets) > 0);
    }
  });

  it('encode the coefficients into inputs', async () => {
    const engine = typescriptEngine();
    for (const mode of ['inverted', 'forward'] as const) {
      const { data, encoder, coefficients } = await generate({ mode });
      assert.deepEqual(data.inputs, await engine.predict(encoder, coefficients, UNPACED));
    }
  });

  it('have coefficients and targets that do not depend on the encoder', async () => {
    const first = await generate();
    const other = await generate({
      inputDim: 5,
      autoencoder: { epochs: 1, batchSize: 8, learningRate: 0.01 },
    });
    assert.deepEqual(other.coefficients, first.coefficients);
    assert.deepEqual(other.data.targets, first.data.targets);
    assert.deepEqual(other.featureModel, first.featureModel);
  });

  it('have the requested shapes', async () => {
    const shapes = fc.record({
      samples: fc.integer({ min: 1, max: 12 }),
      inputDim: fc.integer({ min: 1, max: 4 }),
      outputDim: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 9 }),
      mode: fc.constantFrom('inverted' as const, 'forward' as const),
      activation: fc.constantFrom('relu' as const, 'linear' as const),
      seed: fc.maxSafeNat(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ count, activation, ...shape }) => {
        const toy = await generate({
          ...shape,
          features: { count, sparsity: 0.3, activation },
          inversion: { steps: 2 },
        });
        const { samples, inputDim, outputDim } = shape;
        const { inputs, targets, ...sizes } = toy.data;
        assert.deepEqual(sizes, { samples, inputDim, outputDim });
        assert.equal(inputs.length, samples * inputDim);
        assert.equal(targets.length, samples * outputDim);
        assert.equal(toy.coefficients.length, samples * count);
        assert.equal(toy.autoencoderLosses.length, 2);
        assert.equal(toy.featureModel.layout.widths[0], count);
        assert.deepEqual(toy.encoder.layout.activations, [activation]);
        assert.equal(toy.decoder.layout.widths[0], inputDim);
        assert.equal(
          toy.inversion?.seeds.length,
          shape.mode === 'inverted' ? samples * count : undefined,
        );
        assert.ok([...inputs, ...targets].every(Number.isFinite));
      }),
      { numRuns: 25 },
    );
  });

  describe('of mode inverted', () => {
    it('have the targets of the seeds that the inversion found', async () => {
      const { data, featureModel, inversion } = await generate();
      assert.ok(inversion);
      assert.deepEqual(
        data.targets,
        await typescriptEngine().predict(featureModel, inversion.seeds, UNPACED),
      );
    });

    it('have exactly the requested features in samples that are not approximate', async () => {
      // Few weights, none of them small: some samples, not all, are solved in this many steps.
      const { inversion, coefficients, featureModel } = await generate({
        ...ofFeatures({ count: 4, hidden: [4], importanceBound: 0.6, sparsity: 0 }),
        inversion: { steps: 700 },
      });
      assert.ok(inversion);
      const features = featuresOf(featureModel, inversion.seeds);
      const exact = Array.from({ length: 50 }, (_, s) => s).filter(
        (s) => !inversion.approximate[s],
      );
      assert.ok(exact.length > 0 && exact.length < 50, `${exact.length} of 50 are exact`);
      assert.equal(inversion.summary.approximateShare, 1 - exact.length / 50);
      for (const s of exact) {
        assert.ok(distance(row(features, 4, s), row(coefficients, 4, s)) <= 0.01);
      }
    });

    it('use the sparsity of each feature', async () => {
      const sparsity = [0, 1, 0, 1, 0, 1, 0, 1];
      const { coefficients } = await generate(ofFeatures({ sparsity }));
      assert.ok(coefficients.every((value, i) => (value === 0) === (sparsity[i % 8] === 1)));
      assert.deepEqual(
        coefficients,
        drawCoefficients(50, sparsity, stream(BASE.seed, 'coefficients')),
      );
    });

    it('report one stage after the other, although both run concurrently', async () => {
      const heard: ToyDataProgress[] = [];
      await generateToyData(BASE, typescriptEngine(), UNPACED, (progress) => heard.push(progress));
      assert.deepEqual(heard, [
        { stage: 'inversion', done: 32, of: 50 },
        { stage: 'inversion', done: 50, of: 50 },
        // The first epoch was trained before the last sample was done.
        { stage: 'autoencoder', done: 2, of: 2 },
      ]);
    });

    it('fail with the error of the stage that failed, and stop the other', async () => {
      const training = { ...BASE.autoencoder, epochs: 50, learningRate: 1e38 };
      let samples = 0;
      const work = generateToyData(
        { ...BASE, samples: 2000, autoencoder: training },
        typescriptEngine(),
        { yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)) },
        ({ stage, done }) => {
          assert.equal(stage, 'inversion');
          samples = done;
        },
      );
      await assert.rejects(work, (error) => error instanceof LabError && error.kind === 'numeric');
      assert.ok(samples < 2000, `${samples} samples were done all the same`);
    });
  });

  describe('of mode forward', () => {
    it('draw the first feature layer and compute the deeper ones and the targets from it', async () => {
      const sparsity = [0.5, 0, 1, 0.2, 0.8, 0, 0, 0];
      const { coefficients, data, featureModel, inversion } = await generate({
        mode: 'forward',
        ...ofFeatures({ sparsity }),
      });
      assert.equal(inversion, undefined);
      const first = drawCoefficients(50, sparsity.slice(0, 5), stream(BASE.seed, 'coefficients'));
      for (let s = 0; s < 50; s++) {
        assert.deepEqual(row(coefficients, 8, s).slice(0, 5), row(first, 5, s));
        const { features, outputs } = run(featureModel, row(first, 5, s), 1);
        // Float32 sums of at most six terms below 4, through two layers with Σ|w| ≤ 5.
        assert.ok(distance(row(coefficients, 8, s), features) < 6 * 4 * 2 ** -24);
        assert.ok(distance(row(data.targets, 2, s), outputs) < 2 * 6 * 4 * 2 ** -24 * 5);
      }
    });

    it('agree in coefficients and targets: targets of a linear model are linear in the coefficients', async () => {
      const { coefficients, data, featureModel } = await generate({
        mode: 'forward',
        ...ofFeatures({ activation: 'linear' }),
      });
      for (let s = 0; s < 50; s++) {
        // The last hidden layer's features alone give the targets.
        const { outputs } = run(featureModel, row(coefficients, 8, s).slice(5), 2);
        assert.ok(distance(row(data.targets, 2, s), outputs) < 4 * 4 * 2 ** -24);
      }
    });
  });

  it('can be stopped at any stage', async () => {
    for (const stage of ['inversion', 'autoencoder']) {
      const signal = new StopSource();
      const work = generateToyData(BASE, typescriptEngine(), { ...UNPACED, signal }, (progress) => {
        if (progress.stage === stage) signal.stop();
      });
      await assert.rejects(work, Stopped);
    }
    const stopped = { ...UNPACED, signal: AbortSignal.abort() };
    await assert.rejects(
      generateToyData({ ...BASE, mode: 'forward' }, typescriptEngine(), stopped),
      Stopped,
    );
  });

  it('refuse options that are out of range before they compute anything', async () => {
    const cases: [object, string][] = [
      [{ samples: 0 }, 'samples: must be an integer of at least 1, not 0'],
      [{ inputDim: 2.5 }, 'inputDim: must be an integer of at least 1, not 2.5'],
      [{ outputDim: -1 }, 'outputDim: must be an integer of at least 1, not -1'],
      [{ seed: -1 }, 'a seed must be an integer from 0 to 9007199254740991, not -1'],
      [{ mode: 'backward' }, 'mode: "backward" is not allowed: expected "inverted" or "forward"'],
      [ofFeatures({ count: 0 }), 'features.count: must be an integer of at least 1, not 0'],
      [ofFeatures({ hidden: [5, 4] }), 'features.hidden: widths 5, 4 sum to 9 features, not 8'],
      [ofFeatures({ sparsity: [0.5] }), 'features.sparsity: holds 1 probabilities for 8 features'],
      [
        { features: { ...BASE.features, activation: 'tanh' } },
        'features.activation: "tanh" is not allowed: expected "relu" or "linear"',
      ],
      [
        { autoencoder: { ...BASE.autoencoder, epochs: 1.5 } },
        'autoencoder.epochs: must be an integer of at least 1, not 1.5',
      ],
      [{ inversion: { steps: 0 } }, 'inversion.steps: must be an integer of at least 1, not 0'],
    ];
    for (const [options, message] of cases) {
      const heard: ToyDataProgress[] = [];
      await assert.rejects(
        generateToyData({ ...BASE, ...options }, typescriptEngine(), UNPACED, (progress) =>
          heard.push(progress),
        ),
        { name: 'LabError', message },
      );
      assert.deepEqual(heard, []);
    }
  });
});
