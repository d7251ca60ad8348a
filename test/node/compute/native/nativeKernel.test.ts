import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import {
  KERNEL_FUNCTIONS,
  KernelStatus,
  type Kernel,
} from '../../../../src/core/engine/simd/kernel';
import { KernelMemory } from '../../../../src/core/engine/simd/kernelMemory';
import { Prediction } from '../../../../src/core/engine/simd/generated/records';
import {
  placeNetwork,
  readVariable,
  writeMask,
  writeVariable,
} from '../../../../src/core/engine/simd/kernelNetwork';
import { simdAttribution } from '../../../../src/core/engine/simd/simdAttribution';
import { simdInversion } from '../../../../src/core/engine/simd/simdInversion';
import { simdMeasures } from '../../../../src/core/engine/simd/simdMeasures';
import { placeEpoch, placeTask } from '../../../../src/core/engine/simd/simdTraining';
import { quadrature } from '../../../../src/core/attribution/quadrature';
import { rowsOf } from '../../../../src/core/measures/rows';
import { layoutOf, parameterCount, type Network } from '../../../../src/core/network/layout';
import { ADAM_DEFAULTS } from '../../../../src/core/training/adam';
import { Stopped, type StopSignal } from '../../../../src/core/stop';
import { taskOf, type TaskOptions } from '../../../core/engine/tasks';
import { KERNELS } from './kernels';

/** How long a call may take to stop, and what a crowded machine adds to it. */
const STOP_MS = 200 + 800;

/** Sets a flag so long after the start; tells when it did in milliseconds since 1970. */
function setLater(ms: number): {
  signal: StopSignal;
  start: () => void;
  setAt: () => number;
  end: () => Promise<number>;
} {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const time = new Float64Array(new SharedArrayBuffer(8));
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
    const { flag, time, ms } = workerData;
    const set = () => { time[0] = Date.now(); Atomics.store(flag, 0, 1); };
    parentPort.once('message', () => setTimeout(set, ms));`,
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
  const start = (): void => worker.postMessage('start');
  return { signal, start, setAt: () => time[0], end: () => worker.terminate() };
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

/** Work of many seconds that is not training, in a memory whose calls the signal stops. */
const OTHER: Readonly<Record<string, (memory: KernelMemory) => () => void>> = {
  'placing a wide network': (memory) => {
    const layout = layoutOf([10, 2048, 2048, 2], 'relu');
    const bottom = memory.mark();
    return () => {
      memory.release(bottom);
      placeNetwork(memory, layout, 64, { training: true });
    };
  },
  'writing and reading what a wide network holds': (memory) => {
    const { layout, parameters } = sawtooth([10, 2048, 2048, 2]);
    const mask = new Uint8Array(parameters.length).fill(1);
    const placed = placeNetwork(memory, layout, 64, { training: true, mask: true, movement: true });
    return () => {
      writeMask(memory, placed, mask);
      writeVariable(memory, placed, 'mean', parameters);
      readVariable(memory, placed, 'movement', layout);
    };
  },
  'paths through a wide network': (memory) => {
    const network = sawtooth([64, 4096, 4096, 2]);
    const how = { from: 0, rectified: false };
    return () => simdAttribution(memory).pathSums(network, quadrature('riemann_middle', 1000), how);
  },
  'responses of a wide network': (memory) => {
    const network = sawtooth([512, 2048, 2048, 2]);
    const how = { from: 0, rectified: false, fromBaseline: false };
    return () => simdAttribution(memory).responses(network, how);
  },
  'a prediction of a wide network': (memory) => {
    const network = sawtooth([10, 2048, 2048, 2]);
    const samples = 2000;
    const placed = placeNetwork(memory, network.layout, 64);
    writeVariable(memory, placed, 'parameters', network.parameters);
    const record = memory.record(Prediction, {
      network: placed,
      samples,
      inputs: memory.allocate(4 * samples * 10),
      outputs: memory.reserve(4 * samples * 2),
    });
    return () => memory.call('predict', undefined, record);
  },
  'an inversion': (memory) => {
    const model = sawtooth([64, 256, 256, 2]);
    const program = simdInversion(memory, model, 512, ADAM_DEFAULTS, () => undefined);
    program.load(new Float32Array(512 * 64).fill(0.5), new Float32Array(512 * 512).fill(0.5));
    const factors = Array.from({ length: 10_000 }, () => ({ stepSize: 1e-3, correction: 1 }));
    return () => program.run(factors);
  },
  'measures of many features': (memory) => {
    const features = 1024;
    const values = Float64Array.from({ length: 256 * features }, (_, i) => (i % 1013) - 500);
    const rows = rowsOf(values, features);
    const peaks = new Float64Array(features).fill(513);
    return () => {
      const { ginis, grams } = simdMeasures(memory);
      grams(rows, peaks, [{ start: 0, end: 256 }]);
      ginis(rows);
    };
  },
};

/** A network with many closed and open gates, without the time that random numbers take. */
function sawtooth(widths: readonly number[]): Network {
  const layout = layoutOf(widths, 'relu');
  const parameters = Float32Array.from(
    { length: parameterCount(layout) },
    (_, i) => ((i * 7919) % 1009) / 5000 - 0.1,
  );
  return { layout, parameters };
}

for (const kernel of KERNELS) {
  describe(`the ${kernel.description}`, () => {
    for (const [what, workOf] of Object.entries(OTHER)) {
      it(`stops in the middle of ${what}`, async () => {
        const { signal, start, setAt, end } = setLater(100);
        try {
          const memory = new KernelMemory(kernel, signal);
          const work = workOf(memory);
          // The calls find memory that is there: growing it is not theirs.
          const top = memory.mark();
          memory.allocate(2 ** 28);
          memory.release(top);
          start();
          assert.throws(() => {
            for (;;) work();
          }, Stopped);
          const late = Date.now() - setAt();
          if (process.env.SHOW_STOPS) console.log(`${kernel.description}, ${what}: ${late} ms`);
          assert.ok(late < STOP_MS, `${late} ms`);
        } finally {
          await end();
        }
      });
    }

    for (const [what, options] of Object.entries(LONG)) {
      it(`stops in the middle of ${what}`, async () => {
        const memory = new KernelMemory(kernel);
        const task = taskOf(options);
        const placed = placeTask(memory, task);
        const epoch = placeEpoch(memory, task, placed, { beta1Power: 1, beta2Power: 1 }, 1);
        const { signal, start, setAt, end } = setLater(100);
        try {
          start();
          assert.throws(() => {
            for (;;) memory.call('train', signal, epoch, 0, placed.steps);
          }, Stopped);
          const late = Date.now() - setAt();
          if (process.env.SHOW_STOPS) console.log(`${kernel.description}, ${what}: ${late} ms`);
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
