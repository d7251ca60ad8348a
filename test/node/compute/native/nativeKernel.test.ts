import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import {
  KERNEL_FUNCTIONS,
  KernelStatus,
  type Kernel,
} from '../../../../src/core/engine/simd/kernel';
import { KernelMemory } from '../../../../src/core/engine/simd/kernelMemory';
import { placeEpoch, placeTask } from '../../../../src/core/engine/simd/simdTraining';
import { Stopped, type StopSignal } from '../../../../src/core/stop';
import { taskOf, type TaskOptions } from '../../../core/engine/tasks';
import { KERNELS } from './kernels';

/** How long a call may take to stop, and what a crowded machine adds to it. */
const STOP_MS = 200 + 300;

/** Sets a flag after a while; tells when it did in milliseconds since 1970. */
function setLater(ms: number): {
  signal: StopSignal;
  setAt: () => number;
  end: () => Promise<number>;
} {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const time = new Float64Array(new SharedArrayBuffer(8));
  const worker = new Worker(
    `const { flag, time, ms } = require('node:worker_threads').workerData;
    setTimeout(() => { time[0] = Date.now(); Atomics.store(flag, 0, 1); }, ms);`,
    { eval: true, workerData: { flag, time, ms } },
  );
  const signal = {
    get aborted(): boolean {
      return Atomics.load(flag, 0) !== 0;
    },
    flag,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  return { signal, setAt: () => time[0], end: () => worker.terminate() };
}

/** Trainings of many seconds: those with the longest steps, and with the most. */
const LONG: Readonly<Record<string, TaskOptions>> = {
  'one step of a large batch of a wide network': {
    widths: [10, 2048, 2048, 2],
    samples: 4000,
    batchSize: 4000,
  },
  'many steps of a small network': { widths: [5, 64, 16, 2], samples: 200_000, batchSize: 2 },
};

for (const kernel of KERNELS) {
  describe(`the ${kernel.description}`, () => {
    for (const [what, options] of Object.entries(LONG)) {
      it(`stops in the middle of ${what}`, async () => {
        const memory = new KernelMemory(kernel);
        const task = taskOf(options);
        const placed = placeTask(memory, task);
        const epoch = placeEpoch(memory, task, placed, { beta1Power: 1, beta2Power: 1 }, 1);
        const { signal, setAt, end } = setLater(300);
        try {
          assert.throws(() => {
            for (;;) memory.call('train', signal, epoch, 0, placed.steps);
          }, Stopped);
          const late = Date.now() - setAt();
          assert.ok(late < STOP_MS, `${late} ms`);
        } finally {
          await end();
        }
      });
    }

    it('refuses addresses outside of its memory', () => {
      const instance = open(kernel);
      for (const name of KERNEL_FUNCTIONS) {
        if (name === 'tile') continue;
        for (const address of [0, instance.bytes - 4, instance.bytes, 0xfffffffc]) {
          const status = instance.call(name, undefined, address, address, 64);
          assert.equal(status, KernelStatus.outOfBounds, `${name} at ${address}`);
        }
      }
    });

    it('lives through records that hold anything', () => {
      const instance = open(kernel);
      const flag = new Int32Array(new SharedArrayBuffer(4)).fill(1);
      const signal = { ...setSignal, flag };
      const start = 1 << 19;
      const words = new Uint32Array(instance.buffer, instance.origin + start, 64);
      const small = fc.integer({ min: 0, max: 70 });
      const address = fc.integer({ min: 0, max: 255 }).map((i) => start + 4 * i);
      const anything = fc.oneof(small, address, fc.integer({ min: 0, max: 0xffffffff }));
      fc.assert(
        fc.property(
          fc.constantFrom(...KERNEL_FUNCTIONS),
          fc.array(anything, { minLength: 64, maxLength: 64 }),
          anything,
          anything,
          (name, values, b, c) => {
            words.set(values);
            assert.ok(instance.call(name, signal, start, b, c) >= 0);
          },
        ),
        { numRuns: 3000 },
      );
    });
  });
}

const setSignal: StopSignal = {
  aborted: true,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

function open(kernel: Kernel): ReturnType<Kernel['open']> {
  const instance = kernel.open();
  instance.grow(1 << 20);
  return instance;
}
