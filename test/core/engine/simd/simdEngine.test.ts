import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Engine } from '../../../../src/core/engine/engine';
import { simdEngine } from '../../../../src/core/engine/simd/simdEngine';
import { typescriptEngine } from '../../../../src/core/engine/typescript/typescriptEngine';
import { parameterCount, type Activation } from '../../../../src/core/network/layout';
import { UNPACED } from '../../../../src/core/stop';
import { PENALTIES } from '../../../../src/core/training/penalty';
import { KERNELS } from '../../../node/compute/native/kernels';
import { conformanceSuite } from '../conformance';
import { OPTIMIZER_CASES } from '../conformance/treatments';
import { randomValues, taskOf, train, type TaskOptions } from '../tasks';

/** What a run may do beyond Adam on the mean squared error of all parameters, for networks of these widths. */
function treatments(widths: readonly number[]): fc.Arbitrary<Partial<TaskOptions>> {
  const length = parameterCount({ widths, activations: [] });
  const random = fc.record({ seed: fc.integer(), share: fc.constantFrom(0, 0.3, 0.9, 1) });
  return fc.record({
    optimizer: fc.constantFrom(...OPTIMIZER_CASES),
    mask: fc.option(
      random.map(({ seed, share }) => {
        const draws = randomValues(seed >>> 0, length);
        return Uint8Array.from(draws, (draw) => Number(draw >= 2 * share - 1));
      }),
      { nil: undefined },
    ),
    penalty: fc.option(
      fc.record({
        kind: fc.constantFrom(...PENALTIES),
        lambda: fc.constantFrom(0, 1e-3, 0.1),
      }),
      { nil: undefined },
    ),
    movement: fc.boolean(),
    learningRates: fc.constantFrom(undefined, (epoch: number) => 0.02 / epoch),
    state: fc.option(
      random.map(({ seed }) => ({
        mean: randomValues(seed >>> 0, length),
        square: randomValues(seed >>> 1, length).map(Math.abs),
        beta1Power: 0.5,
        beta2Power: 0.9,
      })),
      { nil: undefined },
    ),
    keepState: fc.boolean(),
  });
}

function bitsOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const twin: Engine = typescriptEngine();

/** Trains and predicts on both engines and compares every bit. */
async function assertSameBits(engine: Engine, options: TaskOptions): Promise<void> {
  const task = taskOf(options);
  const [expected, actual] = [await train(twin, [task]), await train(engine, [task])];
  assert.equal(actual.length, expected.length);
  for (const [i, result] of actual.entries()) {
    assert.deepEqual(bitsOf(result.stepLosses), bitsOf(expected[i].stepLosses), 'losses');
    assert.deepEqual(bitsOf(result.parameters), bitsOf(expected[i].parameters), 'parameters');
    const { state: twinState, movement: twinMovement } = expected[i];
    assert.equal(result.movement === undefined, !options.movement);
    assert.deepEqual(
      result.movement && bitsOf(result.movement),
      twinMovement && bitsOf(twinMovement),
    );
    assert.equal(result.state === undefined, !options.keepState || i < actual.length - 1);
    if (!result.state || !twinState) continue;
    assert.deepEqual(bitsOf(result.state.mean), bitsOf(twinState.mean), 'means');
    assert.deepEqual(bitsOf(result.state.square), bitsOf(twinState.square), 'squares');
    assert.deepEqual(result.state, twinState);
  }
  for (const result of actual) {
    const network = { layout: task.layout, parameters: result.parameters };
    const { inputs } = task.data;
    assert.deepEqual(
      bitsOf(await engine.predict(network, inputs, UNPACED)),
      bitsOf(await twin.predict(network, inputs, UNPACED)),
      'predictions',
    );
  }
}

for (const kernel of KERNELS) {
  describe(`the SIMD engine: ${kernel.description}`, () => {
    conformanceSuite('as an engine', () => simdEngine(kernel), {
      margin: 8,
      samePopulations: true,
    });

    describe('and its TypeScript twin give the same bits', () => {
      const engine = simdEngine(kernel);

      it('for shapes around every edge of a block', async () => {
        const width = fc.integer({ min: 1, max: 18 });
        const activation = fc.constantFrom<Activation>('relu', 'linear');
        const shape = fc.array(width, { minLength: 2, maxLength: 5 }).chain((widths) =>
          fc.record({
            widths: fc.constant(widths),
            activations: fc.array(activation, {
              minLength: widths.length - 2,
              maxLength: widths.length - 2,
            }),
            samples: fc.integer({ min: 1, max: 20 }),
            batchSize: fc.integer({ min: 1, max: 12 }),
            dropout: fc.constantFrom(undefined, 0.5, 0.1),
            seed: fc.integer({ min: 0, max: 1000 }),
            epochs: fc.constant(2),
          }),
        );
        await fc.assert(
          fc.asyncProperty(shape, (options) => assertSameBits(engine, options)),
          { numRuns: 200 },
        );
      });

      it('for layers wide enough to leave out what is zero, around every edge of a block', async () => {
        const width = fc.integer({ min: 44, max: 104 });
        const shape = fc.record({
          widths: fc
            .tuple(fc.integer({ min: 1, max: 9 }), width, width, fc.integer({ min: 1, max: 5 }))
            .map((widths) => [...widths]),
          activations: fc.constantFrom<Activation[]>(
            ['relu', 'relu'],
            ['relu', 'linear'],
            ['linear', 'relu'],
          ),
          samples: fc.integer({ min: 1, max: 20 }),
          batchSize: fc.integer({ min: 1, max: 12 }),
          dropout: fc.constantFrom(undefined, 0.5),
          seed: fc.integer({ min: 0, max: 1000 }),
          epochs: fc.constant(2),
        });
        await fc.assert(
          fc.asyncProperty(shape, (options) => assertSameBits(engine, options)),
          { numRuns: 60 },
        );
      });

      it('whatever the optimiser, mask, penalty, movement, rates and state', async () => {
        const width = fc.integer({ min: 1, max: 70 });
        const shape = fc.array(width, { minLength: 2, maxLength: 4 }).chain((widths) =>
          fc.tuple(
            fc.record({
              widths: fc.constant(widths),
              activations: fc.array(fc.constantFrom<Activation>('relu', 'relu', 'linear'), {
                minLength: widths.length - 2,
                maxLength: widths.length - 2,
              }),
              samples: fc.integer({ min: 1, max: 40 }),
              batchSize: fc.integer({ min: 1, max: 24 }),
              dropout: fc.constantFrom(undefined, 0.5, 0.1),
              seed: fc.integer({ min: 0, max: 1000 }),
              epochs: fc.constant(2),
            }),
            treatments(widths),
          ),
        );
        await fc.assert(
          fc.asyncProperty(shape, ([net, treatment]) =>
            assertSameBits(engine, { ...net, ...treatment }),
          ),
          { numRuns: 300 },
        );
      });

      it('for momentum that long ago got its last gradient', async () => {
        // No unit is ever active; 1200 steps take every buffer below the normal numbers.
        const parameters = randomValues(1, 3 * 50 + 50 + 2 * 50 + 2).fill(-100, 3 * 50, 4 * 50);
        const buffers = randomValues(2, parameters.length);
        await assertSameBits(engine, {
          widths: [3, 50, 2],
          parameters,
          optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 },
          state: { mean: buffers, square: buffers, beta1Power: 1, beta2Power: 1 },
          samples: 12,
          batchSize: 4,
          epochs: 400,
          keepState: true,
        });
      });

      it('for wide networks under a mask, weight decay and a penalty', async () => {
        const widths = [3, 301, 150, 2];
        const length = parameterCount({ widths, activations: [] });
        for (const optimizer of OPTIMIZER_CASES) {
          await assertSameBits(engine, {
            widths,
            samples: 100,
            batchSize: 64,
            epochs: 1,
            optimizer,
            mask: Uint8Array.from({ length }, (_, i) => Number(i % 5 > 1)),
            penalty: { kind: 'activations', lambda: 0.01 },
            movement: true,
            keepState: true,
          });
        }
      });

      it('for widths, batches and depths that take several of each block', async () => {
        for (const dropout of [undefined, 0.5]) {
          await assertSameBits(engine, {
            widths: [3, 301, 150, 2],
            samples: 333,
            batchSize: 140,
            epochs: 2,
            dropout,
          });
        }
        await assertSameBits(engine, { widths: [200, 70, 300], samples: 150, batchSize: 150 });
        await assertSameBits(engine, {
          widths: [9, 130, 131, 3],
          activations: ['linear', 'linear'],
          samples: 150,
          batchSize: 150,
        });
      });

      it('for biases of −0, which no sum begins at', async () => {
        const task = taskOf({ widths: [3, 70, 70, 2] });
        task.parameters.fill(-0, 3 * 70, 4 * 70 + 70 * 70 + 70);
        const network = { layout: task.layout, parameters: task.parameters };
        const { inputs } = task.data;
        assert.deepEqual(
          bitsOf(await engine.predict(network, inputs, UNPACED)),
          bitsOf(await twin.predict(network, inputs, UNPACED)),
        );
      });

      it('for parameters that long ago got their last gradient', async () => {
        // All units die in the first steps; 1200 more steps take every mean below the normal numbers.
        await assertSameBits(engine, {
          widths: [3, 50, 2],
          adam: { learningRate: 3 },
          samples: 12,
          batchSize: 4,
          epochs: 400,
        });
      });

      it('for the networks of the thesis, pruned and whole', async () => {
        for (const widths of [
          [5, 64, 16, 16, 2],
          [5, 63, 13, 7, 2],
          [10, 128, 32, 2],
        ]) {
          await assertSameBits(engine, { widths, samples: 100, batchSize: 64, epochs: 2 });
          await assertSameBits(engine, { widths, samples: 100, batchSize: 64, dropout: 0.5 });
        }
      });

      it('for Adam whose mean follows the gradient more than itself', async () => {
        await assertSameBits(engine, { widths: [3, 5, 2], adam: { beta1: 0.3, beta2: 0.4 } });
        await assertSameBits(engine, { widths: [3, 5, 2], adam: { beta1: 0.5 } });
      });
    });

    it('trains two populations at a time', async () => {
      const engine = simdEngine(kernel);
      const tasks = [taskOf({ widths: [3, 9, 2] }), taskOf({ widths: [4, 5, 1], seed: 2 })];
      const alone = await Promise.all(tasks.map((task) => train(engine, [task])));
      const generators = tasks.map((task) => engine.train([task], UNPACED));
      for (let epoch = 0; epoch < tasks[0].epochs; epoch++) {
        for (const [t, generator] of generators.entries()) {
          const { value } = await generator.next();
          assert.deepEqual(value?.parameters, alone[t][epoch].parameters);
        }
      }
    });
  });
}
