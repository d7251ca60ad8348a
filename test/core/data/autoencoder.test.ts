import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  autoencoderLayout,
  trainAutoencoder,
  type AutoencoderOptions,
  type AutoencoderTraining,
} from '../../../src/core/data/autoencoder';
import { drawCoefficients } from '../../../src/core/data/coefficients';
import type { Engine, TrainingTask } from '../../../src/core/engine/engine';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { parameterCount } from '../../../src/core/network/layout';
import { stream } from '../../../src/core/random/streams';
import { UNPACED, Stopped, StopSource } from '../../../src/core/stop';
import { distance, row, run } from './oracle';

const F = 6;
const coefficients = drawCoefficients(
  160,
  new Array<number>(F).fill(0.5),
  stream(1, 'coefficients'),
);
const training: AutoencoderTraining = { epochs: 40, batchSize: 32, learningRate: 0.01 };
const BASE: AutoencoderOptions = {
  seed: 1,
  features: F,
  inputDim: 3,
  activation: 'linear',
  training,
};
const train = (options: Partial<AutoencoderOptions> = {}) =>
  trainAutoencoder(coefficients, { ...BASE, ...options }, typescriptEngine(), UNPACED);

describe('the autoencoder', () => {
  it('narrows to half the features, then to the code, and has no activation at the code', () => {
    assert.deepEqual(autoencoderLayout({ features: 16, inputDim: 5, activation: 'relu' }), {
      widths: [16, 8, 5, 8, 16],
      activations: ['relu', 'linear', 'relu'],
    });
    assert.deepEqual(autoencoderLayout({ features: 7, inputDim: 2, activation: 'linear' }), {
      widths: [7, 3, 2, 3, 7],
      activations: ['linear', 'linear', 'linear'],
    });
    assert.deepEqual(
      autoencoderLayout({ features: 1, inputDim: 1, activation: 'relu' }).widths,
      [1, 1, 1, 1, 1],
    );
  });

  for (const activation of ['linear', 'relu'] as const) {
    it(`reconstructs better than the mean does (${activation})`, async () => {
      const { encoder, decoder } = await train({ activation });
      const samples = coefficients.length / F;
      const mean = Array.from(
        { length: F },
        (_, f) => coefficients.reduce((sum, c, i) => sum + (i % F === f ? c : 0), 0) / samples,
      );
      let error = 0;
      let variance = 0;
      for (let s = 0; s < samples; s++) {
        const sample = row(coefficients, F, s);
        const restored = run(decoder, run(encoder, sample).outputs).outputs;
        error += restored.reduce((sum, value, f) => sum + (value - sample[f]) ** 2, 0);
        variance += sample.reduce((sum, value, f) => sum + (value - mean[f]) ** 2, 0);
      }
      // The best that a linear code of three of six independent features can do is to leave half.
      assert.ok(error < 0.9 * variance, `${error} of ${variance}`);
      if (activation === 'linear') assert.ok(error > 0.4 * variance, `${error} of ${variance}`);
    });
  }

  it('reports the mean loss of each epoch, and its progress', async () => {
    const heard: number[][] = [];
    const { losses } = await trainAutoencoder(
      coefficients,
      { ...BASE, training: { ...training, epochs: 3 } },
      typescriptEngine(),
      UNPACED,
      (done, of) => heard.push([done, of]),
    );
    assert.equal(losses.length, 3);
    assert.ok(losses[0] > losses[1] && losses[1] > losses[2] && losses[2] > 0);
    assert.deepEqual(heard, [
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('splits into two networks of the right shape with separate parameters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        async (features, inputDim) => {
          const data = drawCoefficients(
            5,
            new Array<number>(features).fill(0),
            stream(1, 'coefficients'),
          );
          const half = Math.max(1, Math.floor(features / 2));
          const { encoder, decoder } = await trainAutoencoder(
            data,
            {
              ...BASE,
              features,
              inputDim,
              activation: 'relu',
              training: { ...training, epochs: 1 },
            },
            typescriptEngine(),
            UNPACED,
          );
          assert.deepEqual(encoder.layout, {
            widths: [features, half, inputDim],
            activations: ['relu'],
          });
          assert.deepEqual(decoder.layout, {
            widths: [inputDim, half, features],
            activations: ['relu'],
          });
          for (const { layout, parameters } of [encoder, decoder]) {
            assert.equal(parameters.length, parameterCount(layout));
            assert.equal(parameters.buffer.byteLength, 4 * parameters.length);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('has the same loss as encoder and decoder combined', async () => {
    // A tiny learning rate: the second epoch's loss, in one batch, is that of the halves handed out.
    const options = { ...training, batchSize: 160, learningRate: 1e-12 };
    const { encoder, decoder, losses } = await train({
      activation: 'relu',
      training: { ...options, epochs: 1 },
    });
    let sum = 0;
    for (let s = 0; s < 160; s++) {
      const sample = row(coefficients, F, s);
      const restored = run(decoder, run(encoder, sample).outputs).outputs;
      sum += restored.reduce((total, value, f) => total + (value - sample[f]) ** 2, 0);
    }
    // Float32 sums of fewer than ten terms near 1, through four layers.
    assert.ok(Math.abs(losses[0] - sum / (160 * F)) < 4 * 10 * 2 ** -24);
  });

  it('is the same for the same seed, and different for another seed', async () => {
    const short = { training: { ...training, epochs: 2 } };
    const first = await train(short);
    assert.deepEqual(await train(short), first);
    assert.ok(
      distance((await train({ ...short, seed: 2 })).encoder.parameters, first.encoder.parameters) >
        0,
    );
  });

  it('visits all samples in a new order every epoch', async () => {
    const tasks: TrainingTask[] = [];
    const plain = typescriptEngine();
    const listening: Engine = {
      ...plain,
      train: (given, pace) => {
        tasks.push(...given);
        return plain.train(given, pace);
      },
    };
    const short = { ...BASE, training: { ...training, epochs: 1 } };
    await trainAutoencoder(coefficients, short, listening, UNPACED);
    const [first, second] = [1, 2].map((epoch) => Array.from(tasks[0].order(epoch)));
    assert.notDeepEqual(first, second);
    for (const order of [first, second]) {
      assert.deepEqual(
        order.sort((a, b) => a - b),
        Array.from({ length: 160 }, (_, s) => s),
      );
    }
  });

  it('can be stopped', async () => {
    const signal = new StopSource();
    const run = trainAutoencoder(
      coefficients,
      BASE,
      typescriptEngine(),
      { ...UNPACED, signal },
      (done) => {
        if (done === 2) signal.stop();
      },
    );
    await assert.rejects(run, Stopped);
  });

  it('refuses settings that are out of range', async () => {
    const cases: [Partial<AutoencoderOptions>, string][] = [
      [{ inputDim: 0 }, 'inputDim: must be an integer of at least 1, not 0'],
      [
        { training: { ...training, epochs: 0 } },
        'autoencoder.epochs: must be an integer of at least 1, not 0',
      ],
      [
        { training: { ...training, batchSize: -3 } },
        'autoencoder.batchSize: must be an integer of at least 1, not -3',
      ],
      [
        { training: { ...training, learningRate: 0 } },
        'autoencoder.learningRate: must be a finite number above 0, not 0',
      ],
    ];
    for (const [options, message] of cases) {
      await assert.rejects(train(options), { name: 'LabError', message });
    }
  });
});
