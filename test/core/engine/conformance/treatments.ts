import assert from 'node:assert/strict';
import type { EpochResult, TrainingTask } from '../../../../src/core/engine/engine';
import { LabError } from '../../../../src/core/errors';
import { layersOf, parameterCount, type Layout } from '../../../../src/core/network/layout';
import { ADAM_DEFAULTS } from '../../../../src/core/training/adam';
import type { OptimizerOptions } from '../../../../src/core/training/optimizer';
import { UNPACED } from '../../../../src/core/stop';
import type { Conformance } from '../conformance';
import { taskOf, train, type TaskOptions } from '../tasks';
import { assertLikeReference } from './training';

const ADAM = { learningRate: 0.01, ...ADAM_DEFAULTS } as const;

/** One of each kind, with and without weight decay and momentum. */
export const OPTIMIZER_CASES: readonly OptimizerOptions[] = [
  { kind: 'adam', ...ADAM },
  { kind: 'adam', ...ADAM, weightDecay: 0.1 },
  { kind: 'adam', ...ADAM, beta1: 0.4, weightDecay: 0.01 },
  { kind: 'adamw', ...ADAM, weightDecay: 0.1 },
  { kind: 'adamw', ...ADAM, beta1: 0.4, weightDecay: 0.3 },
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'sgd', learningRate: 0.1, weightDecay: 0.05 },
  { kind: 'sgd', learningRate: 0.03, momentum: 0.9 },
  { kind: 'sgd', learningRate: 0.03, momentum: 0.5, weightDecay: 0.05 },
];

/** A mask of every third parameter. */
function everyThird(layout: Layout): Uint8Array {
  return Uint8Array.from({ length: parameterCount(layout) }, (_, i) => Number(i % 3 > 0));
}

/** The mask of networks without biases. */
function withoutBiases(layout: Layout): Uint8Array {
  const mask = new Uint8Array(parameterCount(layout));
  const marks = layersOf({ layout, parameters: Float32Array.from(mask) });
  let at = 0;
  for (const { weights, biases } of marks) {
    mask.fill(1, at, at + weights.length);
    at += weights.length + biases.length;
  }
  return mask;
}

export function treats(suite: Conformance): void {
  const { engine } = suite;
  const net: TaskOptions = { widths: [5, 9, 6, 2], samples: 14, batchSize: 4 };
  const { layout } = taskOf(net);
  const activations = { kind: 'activations', lambda: 0.05 } as const;
  const weights = { kind: 'weights', lambda: 0.01 } as const;
  const cases: Record<string, TaskOptions> = {
    'a penalty on activations': { ...net, penalty: activations },
    'a penalty on activations, with dropout': { ...net, penalty: activations, dropout: 0.3 },
    'a penalty on linear activations': {
      ...net,
      activations: ['linear', 'linear'],
      penalty: activations,
      dropout: 0.3,
    },
    'a penalty on weights': { ...net, penalty: weights },
    'a mask': { ...net, mask: everyThird(layout) },
    'no biases': { ...net, mask: withoutBiases(layout) },
    'rates that change': { ...net, learningRates: (epoch) => 0.02 / epoch },
    movement: { ...net, movement: true },
    'movement under a mask, a penalty, weight decay and dropout': {
      ...net,
      movement: true,
      mask: everyThird(layout),
      penalty: weights,
      optimizer: { kind: 'adam', ...ADAM, weightDecay: 0.1 },
      dropout: 0.3,
    },
  };
  OPTIMIZER_CASES.forEach((optimizer) => {
    cases[JSON.stringify(optimizer)] = { ...net, optimizer };
  });
  for (const [name, options] of Object.entries(cases)) {
    it(`follow float64 within rounding: ${name}`, () =>
      assertLikeReference(suite, taskOf(options)));
  }

  it('hold masked parameters at exactly 0, wherever they start, with every optimiser', async () => {
    const mask = everyThird(layout);
    for (const optimizer of OPTIMIZER_CASES) {
      for (const penalty of [undefined, activations, weights]) {
        const task = taskOf({ ...net, optimizer, mask, penalty, movement: true, keepState: true });
        const results = await train(engine(), [task]);
        for (const { parameters, movement, state } of results) {
          mask.forEach((kept, i) => {
            if (kept) return;
            for (const array of [parameters, movement, state?.mean, state?.square]) {
              assert.ok(array === undefined || array[i] === 0);
            }
          });
        }
        const moved = results.at(-1)?.parameters.filter((value, i) => {
          return mask[i] > 0 && value !== task.parameters[i];
        });
        assert.ok(moved && moved.length > mask.length / 3);
      }
    }
  });

  it('hold masked parameters at 0 if epsilon is 0 in float32, and where a state says otherwise', async () => {
    const mask = everyThird(layout);
    const ones = new Float32Array(mask.length).fill(1);
    const task = taskOf({
      ...net,
      activations: ['linear', 'linear'],
      mask,
      adam: { epsilon: 1e-50 },
      state: { mean: ones, square: ones, beta1Power: 0.5, beta2Power: 0.5 },
    });
    for (const { parameters } of await train(engine(), [task])) {
      parameters.forEach((value, i) => assert.ok(mask[i] > 0 || value === 0));
    }
    assert.ok(ones.every((value) => value === 1));
  });

  it('resume a state: two trainings in a row are one', async () => {
    for (const optimizer of OPTIMIZER_CASES) {
      const options = { ...net, optimizer, dropout: 0.2, mask: everyThird(layout), epochs: 5 };
      const whole = taskOf({ ...options, keepState: true });
      const all = await train(engine(), [whole]);
      assert.deepEqual(
        all.map(({ state }) => state !== undefined),
        [false, false, false, false, true],
      );
      const [, first] = await train(engine(), [{ ...whole, epochs: 2 }]);
      const rest = await train(engine(), [later(whole, first, 2)]);
      assert.deepEqual(
        rest.map((result) => ({ ...result, epoch: result.epoch + 2 })),
        all.slice(2),
      );
    }
  });

  it('keep the optimiser’s state while its learning rate changes', async () => {
    for (const optimizer of OPTIMIZER_CASES) {
      const rates = [0.03, 0.01];
      const scheduled = taskOf({
        ...net,
        optimizer,
        epochs: 2,
        learningRates: (epoch) => rates[epoch - 1],
      });
      const [, second] = await train(engine(), [scheduled]);
      const plain = { ...scheduled, learningRates: undefined };
      const part = { ...plain, epochs: 1, keepState: true };
      const [first] = await train(engine(), [
        { ...part, optimizer: { ...optimizer, learningRate: rates[0] } },
      ]);
      const last = later({ ...plain, epochs: 2 }, first, 1);
      const [alone] = await train(engine(), [
        { ...last, optimizer: { ...optimizer, learningRate: rates[1] } },
      ]);
      assert.deepEqual(alone.parameters, second.parameters);
    }
  });

  it('do not modify the given mask and state', async () => {
    const mask = everyThird(layout);
    const [state] = [{ mean: 0.1, square: 0.2 }].map(({ mean, square }) => ({
      mean: new Float32Array(mask.length).fill(mean),
      square: new Float32Array(mask.length).fill(square),
      beta1Power: 0.9,
      beta2Power: 0.999,
    }));
    const before = structuredClone({ mask, state });
    await train(engine(), [taskOf({ ...net, mask, state, movement: true, keepState: true })]);
    assert.deepEqual({ mask, state }, before);
  });

  it('give results that the caller owns', async () => {
    const options: TaskOptions = { ...net, movement: true };
    const untouched = await train(engine(), [taskOf(options)]);
    const touched: (Float32Array | undefined)[] = [];
    for await (const { movement } of engine().train([taskOf(options)], UNPACED)) {
      touched.push(movement?.slice());
      movement?.fill(NaN);
    }
    assert.deepEqual(
      touched,
      untouched.map(({ movement }) => movement),
    );
  });

  it('of a population train each network as alone', async () => {
    const mask = everyThird(layout);
    const variants: TaskOptions[] = [
      net,
      { ...net, mask },
      { ...net, penalty: weights },
      { ...net, penalty: { ...weights, lambda: 0.02 } },
      { ...net, penalty: activations, movement: true },
      { ...net, optimizer: OPTIMIZER_CASES[7] },
      { ...net, learningRates: () => 0.1 },
      { ...net, learningRates: (epoch) => 0.1 * epoch },
      { ...net, widths: [5, 4, 8, 2], optimizer: OPTIMIZER_CASES[7], keepState: true },
    ];
    const tasks = variants.map((options, seed) => taskOf({ ...options, seed }));
    const together = await train(engine(), tasks);
    for (const [index, task] of tasks.entries()) {
      const alone = await train(engine(), [task]);
      assertSame(
        together.filter((result) => result.task === index),
        alone.map((result) => ({ ...result, task: index })),
        suite.samePopulations ? 0 : 1e-5,
      );
    }
  });

  it('are refused where they do not fit the network or contradict themselves', async () => {
    const short = new Float32Array(3);
    const bad: [Partial<TrainingTask>, RegExp][] = [
      [{ mask: Uint8Array.of(1) }, /^mask: must hold a value for each of \d+ parameters, not 1$/],
      [{ state: { mean: short, square: short, beta1Power: 1, beta2Power: 1 } }, /^state\.mean: /],
      [{ penalty: { kind: 'weights', lambda: -1 } }, /^penalty\.lambda: .*not -1$/],
      [{ penalty: { kind: 'biases' as 'weights', lambda: 1 } }, /^penalty\.kind: "biases"/],
      [
        { optimizer: { kind: 'sgd', learningRate: 1, momentum: 2 } },
        /^optimizer\.momentum: .*not 2/,
      ],
      [{ learningRates: () => NaN }, /^learningRates\(1\)\.learningRate: /],
    ];
    for (const [fields, message] of bad) {
      await assert.rejects(
        train(engine(), [{ ...taskOf(net), ...fields }]),
        (error) => error instanceof LabError && message.test(error.message),
      );
    }
  });
}

/** The task after some epochs, from their result on. */
function later(task: TrainingTask, { parameters, state }: EpochResult, done: number): TrainingTask {
  assert.ok(state);
  return {
    ...task,
    parameters,
    state,
    epochs: task.epochs - done,
    order: (epoch) => task.order(epoch + done),
    ...(task.dropout && {
      dropout: {
        ...task.dropout,
        source: (epoch) => task.dropout?.source(epoch + done) ?? assert.fail(),
      },
    }),
  };
}

function assertSame(
  actual: readonly EpochResult[],
  expected: readonly EpochResult[],
  tolerance: number,
): void {
  assert.deepEqual(
    actual.map((result) => Object.keys(result).sort()),
    expected.map((result) => Object.keys(result).sort()),
  );
  if (tolerance === 0) {
    assert.deepEqual(actual, expected);
    return;
  }
  actual.forEach(({ parameters, movement }, e) => {
    const other = expected[e];
    parameters.forEach((value, i) => {
      assert.ok(Math.abs(value - other.parameters[i]) <= tolerance);
    });
    movement?.forEach((value, i) => {
      assert.ok(Math.abs(value - (other.movement?.[i] ?? NaN)) <= tolerance);
    });
  });
}
