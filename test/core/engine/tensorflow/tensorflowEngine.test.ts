import assert from 'node:assert/strict';
import type { Rank } from '@tensorflow/tfjs-core';
import {
  dropoutBlocks,
  gatherBlock,
  shareBatches,
} from '../../../../src/core/engine/tensorflow/batches';
import {
  backward,
  forward,
  layerTensors,
  type Tensorflow,
} from '../../../../src/core/engine/tensorflow/perceptron';
import { pack, stackLayout } from '../../../../src/core/engine/tensorflow/stackLayout';
import { optimizerTensors } from '../../../../src/core/engine/tensorflow/tensorOptimizer';
import { tensorflowEngine } from '../../../../src/core/engine/tensorflow/tensorflowEngine';
import { LabError } from '../../../../src/core/errors';
import { UNPACED, Stopped } from '../../../../src/core/stop';
import { ADAM_DEFAULTS } from '../../../../src/core/training/adam';
import {
  optimizerState,
  optimizerUpdate,
  type OptimizerOptions,
} from '../../../../src/core/training/optimizer';
import {
  loadTensorflow,
  type LoadedTensorflow,
} from '../../../../src/node/compute/tensorflow/load';
import { conformanceSuite } from '../conformance';
import { randomValues, taskOf, train } from '../tasks';

function noNativePackage(name: string): never {
  throw new Error(`Cannot find module '${name}'`);
}

describe('the TensorFlow engine', () => {
  let loaded: LoadedTensorflow;
  let tf: Tensorflow;
  const engine = (): ReturnType<typeof tensorflowEngine> =>
    tensorflowEngine(loaded.tf, loaded.description);

  before(async () => {
    loaded = await loadTensorflow();
    tf = loaded.tf;
    conformance.title = `on ${loaded.description}`;
  });

  const conformance = conformanceSuite('on TensorFlow.js', engine, {
    margin: 8,
    samePopulations: false,
  });

  describe('holds no tensors', () => {
    /** Runs something and compares the number of tensors before and after. */
    async function assertFrees(work: () => Promise<unknown>): Promise<void> {
      const before = tf.memory().numTensors;
      await work();
      assert.equal(tf.memory().numTensors, before);
    }
    const tasks = [
      taskOf({ widths: [3, 8, 5, 2], dropout: 0.5 }),
      taskOf({ widths: [3, 6, 7, 2], seed: 2 }),
      taskOf({ widths: [3, 2], seed: 3 }),
      taskOf({
        widths: [3, 4, 2],
        optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 },
        mask: new Uint8Array(26),
        penalty: { kind: 'activations', lambda: 0.1 },
        movement: true,
        keepState: true,
      }),
      taskOf({ widths: [3, 4, 2], optimizer: { kind: 'sgd', learningRate: 0.1 } }),
    ];

    it('after training', () => assertFrees(() => train(engine(), tasks)));

    it('after a training whose reader left early', async () => {
      await assertFrees(async () => {
        const iterator = engine().train(tasks, UNPACED);
        await iterator.next();
        await iterator.return();
      });
      await assertFrees(async () => {
        const iterator = engine().train(tasks, UNPACED);
        await iterator.next();
        await assert.rejects(iterator.throw(new Error('enough')), /enough/);
      });
    });

    it('after a training that was stopped within an epoch', async () => {
      const long = taskOf({ widths: [8, 64, 64, 2], samples: 64 * 100, batchSize: 64 });
      const controller = new AbortController();
      const yieldToEventLoop = (): Promise<void> => {
        // By now the epoch holds its losses.
        if (tf.memory().numTensors > 8) controller.abort();
        return Promise.resolve();
      };
      await assertFrees(() =>
        assert.rejects(
          train(engine(), [long], { signal: controller.signal, yieldToEventLoop }),
          Stopped,
        ),
      );
    });

    it('after a training that diverged or could not begin', async () => {
      const diverging = taskOf({ widths: [3, 4, 2], adam: { learningRate: 1e30 } });
      await assertFrees(() => assert.rejects(train(engine(), [diverging]), LabError));
      const unfit = { ...tasks[0], parameters: new Float32Array(3) };
      await assertFrees(() => assert.rejects(train(engine(), [unfit]), LabError));
    });

    it('after a prediction, stopped or not', async () => {
      const { layout, parameters } = taskOf({ widths: [50, 100, 100, 2] });
      const inputs = randomValues(1, 2000 * 50);
      await assertFrees(() => engine().predict({ layout, parameters }, inputs, UNPACED));
      const pace = { ...UNPACED, signal: AbortSignal.abort() };
      await assertFrees(() =>
        assert.rejects(engine().predict({ layout, parameters }, inputs, pace), Stopped),
      );
    });
  });

  describe('padding', () => {
    const tasks = [
      taskOf({ widths: [3, 2, 7, 2], activations: ['relu', 'linear'] }),
      taskOf({ widths: [3, 6, 1, 2], activations: ['relu', 'linear'], seed: 2 }),
    ];

    it('has gradient 0 and stays 0 under Adam', () => {
      const layout = stackLayout(tasks.map((task) => task.layout));
      const real = new Set(layout.places.flatMap((places) => Array.from(places)));
      const start = pack(
        layout,
        tasks.map(({ parameters }) => parameters),
      );
      const { gradients, moved } = tf.tidy(() => {
        const parameters = tf.tensor1d(start);
        const layers = layerTensors(tf, layout, parameters);
        const inputs = tf.tensor3d(randomValues(1, 12), [1, 4, 3]);
        const values = forward(tf, layout, layers, inputs, []);
        const errors = tf.tensor3d(randomValues(2, 16), [2, 4, 2]);
        const gradient = backward(tf, layout, layers, values, [], errors);
        const state = {
          parameters,
          mean: tf.zerosLike(parameters),
          square: tf.zerosLike(parameters),
        };
        const options = { kind: 'adam' as const, learningRate: 0.1, ...ADAM_DEFAULTS };
        const next = optimizerTensors(tf, state, gradient, optimizerState(0), options);
        return { gradients: gradient.dataSync(), moved: next.parameters.dataSync() };
      });
      assert.ok(real.size < layout.length);
      for (let at = 0; at < layout.length; at++) {
        if (real.has(at)) continue;
        // +0 and −0 alike
        assert.ok(gradients[at] === 0 && moved[at] === 0);
      }
      assert.ok(Array.from(real).every((at) => gradients[at] !== 0 || moved[at] === start[at]));
    });
  });

  describe('on plain JavaScript, bit for bit,', () => {
    let installed: string;

    before(async () => {
      installed = tf.getBackend();
      await loadTensorflow(noNativePackage, 'any');
    });

    after(async () => {
      await tf.setBackend(installed);
    });

    it('trains padded specimens like each one alone', async () => {
      const tasks = [taskOf({ widths: [3, 2, 7, 2] }), taskOf({ widths: [3, 6, 1, 2], seed: 2 })];
      const together = await train(engine(), tasks);
      for (const [index, task] of tasks.entries()) {
        assert.deepEqual(
          together.filter((result) => result.task === index),
          (await train(engine(), [task])).map((result) => ({ ...result, task: index })),
        );
      }
    });

    it('trains specimens that share their batches as if each had a copy', async () => {
      const first = taskOf({ widths: [3, 6, 2] });
      const second = taskOf({ widths: [3, 5, 2], data: first.data });
      const copied = { ...second, data: { ...first.data } };
      assert.deepEqual(
        await train(engine(), [first, second]),
        await train(engine(), [first, copied]),
      );
    });

    it('computes steps of every optimiser with the same roundings as plain TypeScript', () => {
      const adam = { kind: 'adam' as const, learningRate: 0.1, ...ADAM_DEFAULTS };
      const sgd = { kind: 'sgd' as const, learningRate: 0.1 };
      const optimizers: OptimizerOptions[] = [
        ...[0.9, 0.5, 0.2].map((beta1) => ({ ...adam, beta1 })),
        { ...adam, weightDecay: 0.1 },
        { ...adam, kind: 'adamw', weightDecay: 0.1 },
        { ...sgd, weightDecay: 0.1 },
        { ...sgd, momentum: 0.9 },
      ];
      for (const options of optimizers) {
        const parameters = randomValues(1, 100);
        const state = optimizerState(100);
        const powers = optimizerState(0);
        let tensors = {
          parameters: tf.tensor1d(parameters.slice()),
          mean: tf.zeros<Rank.R1>([100]),
          square: tf.zeros<Rank.R1>([100]),
        };
        for (let step = 0; step < 5; step++) {
          const gradients = randomValues(step + 2, 100);
          const previous = tensors;
          tensors = tf.tidy(() =>
            optimizerTensors(tf, previous, tf.tensor1d(gradients), powers, options),
          );
          const current = new Set(Object.values(tensors));
          tf.dispose(Object.values(previous).filter((tensor) => !current.has(tensor)));
          optimizerUpdate(parameters, gradients.slice(), state, options);
          assert.deepEqual(tensors.parameters.dataSync(), parameters);
        }
        tf.dispose(Object.values(tensors));
      }
    });
  });

  it('refuses specimens of one stack whose epochs differ in length', async () => {
    const task = taskOf({ widths: [3, 2] });
    const odd = {
      ...task,
      order: (epoch: number) => task.order(epoch).subarray(0, epoch === 2 ? 5 : 7),
    };
    await assert.rejects(
      train(engine(), [task, odd]),
      (error) => error instanceof LabError && /not 7 and 5 in epoch 2/.test(error.message),
    );
  });
});

describe('batches of a stack', () => {
  it('are shared when data and order are the same', () => {
    const task = taskOf({ widths: [3, 2] });
    const orders = [Uint32Array.of(2, 0, 1), Uint32Array.of(2, 0, 1)];
    assert.equal(shareBatches([task, task], orders), true);
    assert.equal(shareBatches([task, task], [orders[0], Uint32Array.of(2, 1, 0)]), false);
    assert.equal(shareBatches([task, { ...task, data: { ...task.data } }], orders), false);
  });

  it('contain the rows that each specimen requests', () => {
    const arrays = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)];
    assert.deepEqual(gatherBlock(arrays, 2, [Uint32Array.of(1), Uint32Array.of(0)]), {
      shape: [2, 1, 2],
      values: Float32Array.of(3, 4, 5, 6),
    });
  });

  it('have masks of 1 for specimens without dropout, and of 0 for padding', () => {
    const tasks = [taskOf({ widths: [1, 2, 1] }), taskOf({ widths: [1, 1, 1], dropout: 0 })];
    const sources = tasks.map(({ dropout }) => dropout?.source(1));
    assert.deepEqual(dropoutBlocks(tasks, sources, [2], 1), [
      { shape: [2, 1, 2], values: Float32Array.of(1, 1, 1, 0) },
    ]);
  });
});
