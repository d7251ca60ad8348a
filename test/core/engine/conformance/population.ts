import assert from 'node:assert/strict';
import type { TrainingTask } from '../../../../src/core/engine/engine';
import { layoutOf } from '../../../../src/core/network/layout';
import type { Conformance } from '../conformance';
import { expectationOf } from '../reference';
import { randomData, taskOf, train } from '../tasks';
import { assertClose } from './bounds';

export function trainsAsAlone({ engine, margin, samePopulations }: Conformance): void {
  const layout = layoutOf([4, 1, 1, 2], 'relu');
  const data = randomData(9, 10, layout);
  const population: TrainingTask[] = [
    taskOf({ widths: [4, 9, 6, 2], data, seed: 1 }),
    taskOf({ widths: [4, 3, 8, 2], data, seed: 1 }),
    taskOf({ widths: [4, 1, 1, 2], data, seed: 2 }),
    taskOf({ widths: [4, 9, 6, 2], data, seed: 1, dropout: 0.5 }),
    taskOf({ widths: [4, 9, 6, 2], data, seed: 2, dropout: 0.1 }),
    taskOf({ widths: [4, 5, 6, 2], samples: 10, seed: 3 }),
    taskOf({ widths: [4, 5, 6, 2], samples: 4, seed: 3 }),
    taskOf({ widths: [4, 7, 2], data, seed: 4 }),
    taskOf({ widths: [4, 7, 6, 2], data, seed: 5, activations: ['linear', 'relu'] }),
    taskOf({ widths: [4, 7, 6, 2], data, seed: 6, epochs: 5 }),
    taskOf({ widths: [4, 7, 6, 2], data, seed: 7, batchSize: 4 }),
    taskOf({ widths: [4, 9, 6, 2], data, seed: 8, adam: { learningRate: 0.1, beta1: 0.5 } }),
    taskOf({
      widths: [4, 8, 2],
      activations: ['linear'],
      data,
      seed: 9,
      adam: { epsilon: 1e-50 },
    }),
    taskOf({
      widths: [4, 6, 2],
      activations: ['linear'],
      data,
      seed: 10,
      adam: { epsilon: 1e-50 },
    }),
    taskOf({ widths: [4, 9, 6, 2], data, seed: 11, epochs: 0 }),
  ];

  it('of different specimens is trained like each specimen alone', async () => {
    const together = await train(engine(), population);
    for (const [index, task] of population.entries()) {
      const own = together.filter((result) => result.task === index);
      const alone = await train(engine(), [task]);
      if (samePopulations) {
        assert.deepEqual(
          own,
          alone.map((result) => ({ ...result, task: index })),
        );
        continue;
      }
      assert.deepEqual(
        own.map(({ epoch }) => epoch),
        alone.map(({ epoch }) => epoch),
      );
      // Both may deviate from the exact result.
      const { lossTolerance, parameterTolerance } = expectationOf(task, 2 * margin);
      alone.forEach(({ stepLosses, parameters }, e) => {
        stepLosses.forEach((loss, s) => {
          assertClose(own[e].stepLosses[s], loss, lossTolerance[e][s], `loss ${s} of ${index}`);
        });
        parameters.forEach((value, i) => {
          assertClose(own[e].parameters[i], value, parameterTolerance[e], `parameter ${i}`);
        });
      });
    }
  });

  it('yields every epoch of every specimen once, in order', async () => {
    const epochs = population.map((): number[] => []);
    for (const { task, epoch } of await train(engine(), population)) epochs[task].push(epoch);
    population.forEach((task, index) => {
      assert.deepEqual(
        epochs[index],
        Array.from({ length: task.epochs }, (_, e) => e + 1),
      );
    });
  });

  it('without specimens yields nothing', async () => {
    assert.deepEqual(await train(engine(), []), []);
  });
}
