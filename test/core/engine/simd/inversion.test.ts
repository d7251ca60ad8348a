import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawCoefficients } from '../../../../src/core/data/coefficients';
import { drawFeatureModel } from '../../../../src/core/data/featureModel';
import { generateToyData, type ToyDataOptions } from '../../../../src/core/data/generate';
import {
  invertFeatures,
  inversionSolver,
  type Inversion,
  type InversionOptions,
} from '../../../../src/core/data/inversion';
import { InversionBlock } from '../../../../src/core/data/inversionBlock';
import type { InversionProgram } from '../../../../src/core/data/inversionProgram';
import type { Engine } from '../../../../src/core/engine/engine';
import { simdEngine as engineOf } from '../../../../src/core/engine/simd/simdEngine';
import { KERNELS } from '../../../node/compute/native/kernels';
import { typescriptEngine } from '../../../../src/core/engine/typescript/typescriptEngine';
import {
  neuronCount,
  parameterCount,
  type Activation,
  type Network,
} from '../../../../src/core/network/layout';
import { normal } from '../../../../src/core/random/normal';
import { stream } from '../../../../src/core/random/streams';
import { uniform } from '../../../../src/core/random/torch';
import {
  UNPACED,
  OPERATIONS_PER_YIELD,
  Stopped,
  StopSource,
  type Pace,
} from '../../../../src/core/stop';
import { ADAM_DEFAULTS, nextAdamStep, type AdamStep } from '../../../../src/core/training/adam';

/** The program of the SIMD engine. */
function kernelProgram(
  engine: Pick<Engine, 'inversion'>,
  model: Network,
  samples: number,
): InversionProgram {
  const program = engine.inversion?.(model, samples, ADAM_DEFAULTS);
  assert.ok(program);
  return program;
}

/** A network whose parameters are standard normal, or 0 with probability `sparsity`. */
function drawNetwork(
  widths: readonly number[],
  activations: readonly Activation[],
  sparsity: number,
  seed: number,
): Network {
  const layout = { widths, activations };
  const source = stream(seed, 'feature-model');
  const parameters = Float32Array.from({ length: parameterCount(layout) }, () =>
    uniform(source) < sparsity ? 0 : normal(source),
  );
  return { layout, parameters };
}

const network = fc
  .array(
    fc.record({
      width: fc.integer({ min: 1, max: 15 }),
      activation: fc.constantFrom('relu' as const, 'linear' as const),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .chain((hidden) =>
    fc
      .record({
        inputs: fc.integer({ min: 1, max: 15 }),
        sparsity: fc.constantFrom(0, 0.1, 0.8, 1),
        seed: fc.nat(),
      })
      .map(({ inputs, sparsity, seed }) =>
        drawNetwork(
          [inputs, ...hidden.map(({ width }) => width), 1],
          hidden.map(({ activation }) => activation),
          sparsity,
          seed,
        ),
      ),
  );

function draw(length: number, seed: number): Float32Array {
  const source = stream(seed, 'coefficients');
  return Float32Array.from({ length }, () => normal(source));
}

/** The seeds in all their bits, after each of several runs. */
function follow(
  program: InversionProgram,
  { layout }: Network,
  starts: Float32Array,
  wanted: Float32Array,
  runs: readonly number[],
): number[][] {
  const powers = { beta1Power: 1, beta2Power: 1 };
  const factors = (length: number): AdamStep[] =>
    Array.from({ length }, () => nextAdamStep(powers, { ...ADAM_DEFAULTS, learningRate: 0.1 }));
  program.load(starts, wanted);
  const seeds = new Float64Array((wanted.length / neuronCount(layout)) * layout.widths[0]);
  return runs.map((length) => {
    program.run(factors(length));
    program.store(seeds);
    return Array.from(seeds);
  });
}

const deep = drawFeatureModel(
  { features: 12, hidden: [6, 4, 2], outputDim: 2, activation: 'relu' },
  stream(3, 'feature-model'),
);
const wanted = drawCoefficients(40, new Array<number>(12).fill(0.4), stream(3, 'coefficients'));

const invert = (
  engine: Pick<Engine, 'inversion'> | undefined,
  options: Partial<InversionOptions> = { steps: 60 },
  pace: Pace = UNPACED,
  onProgress?: (done: number) => void,
): Promise<Inversion> =>
  invertFeatures(
    deep,
    wanted,
    stream(3, 'inversion'),
    pace,
    options,
    onProgress,
    inversionSolver(engine),
  );

/** An engine that hands out programs of the kernel and tells what is done with them. */
function spied(): { engine: Pick<Engine, 'inversion'>; runs: number[]; held: () => number } {
  const simd = engineOf();
  const runs: number[] = [];
  let held = 0;
  return {
    runs,
    held: () => held,
    engine: {
      inversion(model, samples) {
        const program = kernelProgram(simd, model, samples);
        held++;
        return {
          ...program,
          run(factors) {
            runs.push(factors.length);
            program.run(factors);
          },
          dispose() {
            held--;
            program.dispose?.();
          },
        };
      },
    },
  };
}

for (const kernel of KERNELS) {
  const simdEngine = (): Engine => engineOf(kernel);
  describe(`the inversion on the ${kernel.description}`, () => {
    it('takes every seed through the very bits of the plain TypeScript', () => {
      const engine = simdEngine();
      const cases = fc.record({
        model: network,
        samples: fc.integer({ min: 1, max: 17 }),
        spare: fc.integer({ min: 0, max: 13 }),
        seed: fc.nat(),
      });
      fc.assert(
        fc.property(cases, ({ model, samples, spare, seed }) => {
          const starts = draw(samples * model.layout.widths[0], seed);
          const features = draw(samples * neuronCount(model.layout), seed + 1);
          const runs = [1, 3, 16];
          const program = kernelProgram(engine, model, samples + spare);
          const twin = new InversionBlock(model, samples, ADAM_DEFAULTS);
          assert.ok(program.block >= samples + spare);
          assert.deepEqual(
            follow(program, model, starts, features, runs),
            follow(twin, model, starts, features, runs),
          );
          program.dispose?.();
        }),
      );
    });

    it('adds in the same order where that makes all the difference', () => {
      // Terms that are lost beside larger ones which cancel: a sum in any other order is another.
      const source = stream(5, 'feature-model');
      const values = [0, 1, -1, 3, 2 ** 30, -(2 ** 30), 2 ** 60, -(2 ** 60)];
      const layout = { widths: [9, 8, 7, 1], activations: ['relu', 'linear'] as const };
      const parameters = Float32Array.from(
        { length: parameterCount(layout) },
        () => values[source.uint32() % values.length],
      );
      const model = { layout, parameters };
      const starts = draw(13 * 9, 5);
      const features = draw(13 * 15, 6);
      assert.deepEqual(
        follow(kernelProgram(simdEngine(), model, 13), model, starts, features, [1, 1, 30]),
        follow(new InversionBlock(model, 13, ADAM_DEFAULTS), model, starts, features, [1, 1, 30]),
      );
    });

    it('keeps what is not finite to the samples and rows that it is in', () => {
      const model = drawNetwork([5, 4, 3, 1], ['linear', 'relu'], 0.5, 8);
      const starts = draw(14 * 5, 8);
      starts[3 * 5 + 1] = Infinity;
      const features = draw(14 * 7, 9);
      const [seeds] = follow(kernelProgram(simdEngine(), model, 14), model, starts, features, [4]);
      const twin = new InversionBlock(model, 14, ADAM_DEFAULTS);
      assert.deepEqual([seeds], follow(twin, model, starts, features, [4]));
      const lost = seeds.flatMap((value, at) => (Number.isFinite(value) ? [] : [at]));
      assert.ok(lost.length > 0);
      assert.ok(lost.every((at) => Math.floor(at / 5) === 3));
    });

    it('begins anew with every block', () => {
      const starts = draw(20 * 12, 1);
      const program = kernelProgram(simdEngine(), deep, 20);
      const first = follow(program, deep, starts, wanted.subarray(0, 20 * 12), [5]);
      const few = [starts.subarray(0, 3 * 12), wanted.subarray(0, 3 * 12)] as const;
      assert.deepEqual(follow(program, deep, ...few, [5])[0], first[0].slice(0, 3 * 12));
      assert.deepEqual(follow(program, deep, starts, wanted.subarray(0, 20 * 12), [5]), first);
    });

    it('gives the same inversion however samples share blocks', async () => {
      const expected = await invert(undefined);
      const engine = simdEngine();
      for (const blockSize of [1, 12, 13, 32, 64]) {
        assert.deepEqual(await invert(engine, { steps: 60, blockSize }), expected);
      }
    });

    it('gives the same toy data', async () => {
      const options: ToyDataOptions = {
        seed: 42,
        samples: 30,
        inputDim: 3,
        outputDim: 2,
        mode: 'inverted',
        features: { count: 8, sparsity: 0.5, activation: 'relu' },
        autoencoder: { epochs: 1, batchSize: 16, learningRate: 0.001 },
        inversion: { steps: 100 },
      };
      const { engine, runs } = spied();
      const toy = await generateToyData(options, { ...simdEngine(), ...engine }, UNPACED);
      assert.deepEqual(toy, await generateToyData(options, typescriptEngine(), UNPACED));
      assert.ok(runs.length > 0, 'the kernel was asked');
    });

    it('is left to plain TypeScript by engines that have no program for it', async () => {
      const engine = typescriptEngine();
      assert.ok(!('inversion' in engine));
      assert.deepEqual(await invert(engine), await invert(simdEngine()));
    });

    it('says the same when features are no longer finite', async () => {
      const model: Network = { ...deep, parameters: deep.parameters.map(() => 3e38) };
      const failure = async (engine?: Engine): Promise<unknown> =>
        invertFeatures(
          model,
          wanted,
          stream(3, 'inversion'),
          UNPACED,
          { steps: 3 },
          undefined,
          inversionSolver(engine),
        ).then(
          () => undefined,
          (error: unknown) => error,
        );
      const expected = await failure();
      assert.match(String(expected), /the inversion diverged: the error of sample 0 is /);
      assert.deepEqual(String(await failure(simdEngine())), String(expected));
    });

    it('works on two inversions at a time', async () => {
      const engine = simdEngine();
      const pace = {
        yieldToEventLoop: () => new Promise<void>((resolve) => setImmediate(resolve)),
      };
      const options = { steps: 20_000, blockSize: 32 };
      const alone = await invert(undefined, options);
      let apart = 0;
      const both = [0, 1].map((own) =>
        invert(engine, options, pace, () => {
          apart += own ? 1 : -1;
          assert.ok(Math.abs(apart) <= 1, 'they take turns');
        }),
      );
      assert.deepEqual(await Promise.all(both), [alone, alone]);
    });

    it('yields after about as much work as it should', async () => {
      const { engine, runs, held } = spied();
      const { operations } = kernelProgram(simdEngine(), deep, 40);
      let yields = 0;
      const pace = {
        yieldToEventLoop: () => {
          yields++;
          return Promise.resolve();
        },
      };
      const longest = Math.ceil(OPERATIONS_PER_YIELD / operations);
      await invert(engine, { steps: 2 * longest + 1, blockSize: 40 }, pace);
      assert.deepEqual(runs, [longest, longest, 1]);
      assert.ok(yields >= 2, `${yields} yields`);
      assert.equal(held(), 0);
    });

    it('stops in the middle of a block and gives its memory back', async () => {
      const { engine, runs, held } = spied();
      const signal = new StopSource();
      const pace = {
        signal,
        yieldToEventLoop: () => {
          if (runs.length === 1) signal.stop();
          return Promise.resolve();
        },
      };
      const done: number[] = [];
      const work = invert(engine, { steps: 1e6 }, pace, (count) => done.push(count));
      await assert.rejects(work, Stopped);
      assert.equal(runs.length, 1);
      assert.deepEqual(done, []);
      assert.equal(held(), 0);
      assert.deepEqual(await invert(engine), await invert(undefined));
    });
  });
}
