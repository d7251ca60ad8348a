import { KernelMemory } from '../../src/core/engine/simd/kernelMemory';
import { Trial } from '../../src/core/engine/simd/generated/records';
import { placeEpoch, placeTask } from '../../src/core/engine/simd/simdTraining';
import { trainingTask } from './train';
import { kernelNamed } from './engines';
import type { PhaseJob, ProductJob, Work } from './job';

/** Products of two matrices, again and again on data in the cache. */
export function productWork({ program, rows, inner, columns }: ProductJob): Work {
  const memory = new KernelMemory(kernelNamed(program));
  return {
    check: () => Promise.resolve(new Float64Array()),
    run(amount) {
      const bottom = memory.mark();
      const fields = { rows, inner, columns, nonzero: 0, repeats: amount };
      memory.callWithBuffer('trial', (scratch, scratchBytes) => [
        memory.record(Trial, { ...fields, scratch, scratchBytes }),
      ]);
      memory.release(bottom);
      return Promise.resolve(amount);
    },
  };
}

/** Steps of training that end after one of their phases, without anything around them. */
export function phaseWork({ train, until }: PhaseJob): Work {
  const memory = new KernelMemory(kernelNamed(train.program));
  const task = trainingTask(train);
  const placed = placeTask(memory, task);
  const powers = { beta1Power: 1, beta2Power: 1 };
  const top = memory.mark();
  const whole = placeEpoch(memory, task, placed, powers, 1);
  // Once as it is: gates close as they do in training.
  memory.call('train', undefined, whole, 0, placed.steps);
  memory.release(top);
  const training = { ...placed.training, until };
  const record = placeEpoch(memory, task, { ...placed, training }, powers, 2);
  return {
    check: () => Promise.resolve(new Float64Array()),
    run(amount) {
      let done = 0;
      for (; done < amount; done += placed.steps) {
        memory.call('train', undefined, record, 0, placed.steps);
      }
      return Promise.resolve(done);
    },
  };
}
