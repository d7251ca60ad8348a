import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrainingTask } from '../../../../src/core/engine/engine';
import { LabError } from '../../../../src/core/errors';
import type { Conformance } from '../conformance';
import { expectationOf } from '../reference';
import { taskOf, train, type TaskOptions } from '../tasks';
import { assertClose } from './bounds';

export function trainsLikeTheReference(suite: Conformance): void {
  const { engine, margin } = suite;
  const cases: Record<string, TaskOptions> = {
    'three ReLU layers': { widths: [5, 16, 8, 8, 2], samples: 64, batchSize: 16 },
    'linear layers': { widths: [4, 7, 3, 2], activations: ['linear', 'linear'] },
    'mixed layers': { widths: [4, 6, 5, 7, 2], activations: ['linear', 'relu', 'linear'] },
    'no hidden layer': { widths: [6, 3] },
    'layers of width 1': { widths: [1, 1, 1, 1], activations: ['linear', 'relu'] },
    'a ragged last batch': { widths: [3, 9, 2], samples: 11, batchSize: 4 },
    'a batch larger than the data set': { widths: [3, 9, 2], samples: 5, batchSize: 64 },
    'one sample': { widths: [3, 5, 2], samples: 1 },
    'dropout in ReLU layers': { widths: [5, 16, 9, 2], dropout: 0.5 },
    'dropout in linear layers': { widths: [3, 5, 2], activations: ['linear'], dropout: 0.2 },
    'decay rates below a half': { widths: [3, 9, 2], adam: { beta1: 0.3, beta2: 0.4 } },
    'no memory': { widths: [3, 9, 2], adam: { beta1: 0, beta2: 0 } },
    'a large epsilon': { widths: [3, 9, 2], adam: { epsilon: 0.1, learningRate: 0.5 } },
    'more inputs, units and samples than fit a block of 48': {
      widths: [50, 49, 2],
      samples: 98,
      batchSize: 49,
      epochs: 1,
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    it(`follows float64 within rounding: ${name}`, () =>
      assertLikeReference(suite, taskOf(options)));
  }

  it('follows float64 within rounding, whatever the shape', async () => {
    const width = fc.integer({ min: 1, max: 9 });
    const activation = fc.constantFrom('relu' as const, 'linear' as const);
    const shapes = fc.record({
      ends: fc.tuple(width, width),
      hidden: fc.array(fc.tuple(width, activation), { maxLength: 3 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      samples: fc.integer({ min: 1, max: 12 }),
      batchSize: fc.integer({ min: 1, max: 14 }),
      dropout: fc.option(fc.double({ min: 0, max: 0.9, noNaN: true }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ ends: [inputs, outputs], hidden, ...rest }) => {
        const task = taskOf({
          ...rest,
          widths: [inputs, ...hidden.map(([hiddenWidth]) => hiddenWidth), outputs],
          activations: hidden.map(([, chosen]) => chosen),
          epochs: 2,
          adam: { epsilon: 1e-3 },
        });
        // Within rounding of its kink a ReLU may have either gradient.
        fc.pre(expectationOf(task, margin).nearestKink > 1e-4);
        await assertLikeReference(suite, task);
      }),
      { numRuns: 60 },
    );
  });

  it('returns the same bytes when it is repeated', async () => {
    const tasks = [
      taskOf({ widths: [3, 8, 8, 2], dropout: 0.3 }),
      taskOf({ widths: [3, 5, 6, 2], seed: 2 }),
    ];
    assert.deepEqual(await train(engine(), tasks), await train(engine(), tasks));
  });

  it('names task, epoch and step if the loss is no longer finite', async () => {
    const healthy = taskOf({ widths: [3, 4, 2] });
    // The first update moves the parameters so far that the next squared error overflows.
    const adam = { learningRate: 1e30 };
    const byStep = taskOf({ widths: [3, 4, 2], samples: 6, batchSize: 3, adam });
    const byEpoch = taskOf({ widths: [3, 4, 2], samples: 6, batchSize: 6, adam });
    for (const [task, where] of [
      [byStep, /network 1 .* in epoch 1, step 2/],
      [byEpoch, /network 1 .* in epoch 2, step 1/],
    ] as const) {
      await assert.rejects(
        train(engine(), [healthy, task]),
        (error) =>
          error instanceof LabError && error.kind === 'numeric' && where.test(error.message),
      );
    }
  });
}

/** Asserts losses and parameters of every epoch. */
export async function assertLikeReference(
  { engine, margin }: Conformance,
  task: TrainingTask,
): Promise<void> {
  const expected = expectationOf(task, margin);
  const results = await train(engine(), [task]);
  assert.deepEqual(
    results.map(({ epoch }) => epoch),
    expected.epochs.map((_, e) => e + 1),
  );
  results.forEach(({ stepLosses, parameters, movement }, e) => {
    const { losses, parameters: exact, movement: moved } = expected.epochs[e];
    assert.equal(stepLosses.length, losses.length);
    stepLosses.forEach((loss, s) => {
      assertClose(loss, losses[s], expected.lossTolerance[e][s], `loss ${e + 1}.${s + 1}`);
    });
    parameters.forEach((value, i) => {
      assertClose(value, exact[i], expected.parameterTolerance[e], `parameter ${i}`);
    });
    assert.equal(movement?.length, task.movement ? moved.length : undefined);
    movement?.forEach((value, i) => {
      assertClose(value, moved[i], expected.movementTolerance[e], `movement ${i}`);
    });
  });
}
