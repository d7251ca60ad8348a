import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { storedMatrix } from '../../../core/attribution/matrix';
import { probedMatrix } from '../../../core/attribution/probedMatrix';
import { generateToyData } from '../../../core/data/generate';
import { inversionSolver } from '../../../core/data/inversion';
import type { Engine, EngineName } from '../../../core/engine/engine';
import { tensorflowEngine } from '../../../core/engine/tensorflow/tensorflowEngine';
import { typescriptEngine } from '../../../core/engine/typescript/typescriptEngine';
import { LegRunner, type LegTask } from '../../../core/experiment/legs';
import { StopSource, type Pace, type StopSignal } from '../../../core/stop';
import { timeStep } from '../crossover/workload';
import { chooseInversionSolver } from '../data/parallelInversion';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../../files/eventLoop';
import { checkHere, importHere, readToyDataHere } from '../data/dataFiles';
import { loadTensorflow } from '../tensorflow/load';
import { failureOf } from '../../../core/failure';
import {
  packEvent,
  type JobKind,
  type JobRequest,
  type Jobs,
  type PackedEvent,
  type WorkerReply,
  type WorkerRequest,
} from './messages';

/*
 * The program of a worker thread or process: runs the legs that it is sent and reports their events, or
 * runs a job.
 */

/**
 * Minimum time between messages: sending a message for every epoch of a small network would take as long as
 * measuring it.
 */
const YIELD_MS = 20;

/**
 * Sends a reply; resolves when another can be sent.
 * @param transferred buffers to transfer to the receiver, where supported
 */
type Send = (reply: WorkerReply, transferred?: readonly ArrayBuffer[]) => Promise<void> | void;

/** Handles requests one by one; a run goes on while further requests arrive. */
class Worker {
  /** One int; nonzero means stop. A thread shares it with its host, which may set it during a loop. */
  private stopFlag: Int32Array = new Int32Array(1);
  private engine: Promise<Engine> | undefined;
  private runner: Promise<LegRunner> | undefined;
  /** Of the current run or job. */
  private signal = new StopSource();

  constructor(private readonly send: Send) {}

  /** Follows the flag even in the middle of a call. Listeners are notified by the `stop` message. */
  private flagged(): StopSignal {
    const flag = this.stopFlag;
    return {
      get aborted(): boolean {
        return Atomics.load(flag, 0) !== 0;
      },
      flag,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
  }

  /** Starts a piece of work that the flag stops. */
  private begin(): Pace {
    this.signal = new StopSource(this.flagged());
    return nodePace(this.signal);
  }

  readonly receive = (request: WorkerRequest): void => {
    switch (request.type) {
      case 'setup':
        this.stopFlag = request.stop ?? this.stopFlag;
        this.engine = loadEngine(request.engine, this.flagged());
        void this.answer(this.tellTraits(this.engine));
        return;
      case 'context':
        this.runner = this.engine?.then((engine) => new LegRunner(request.context, engine));
        // The run reports the failure.
        this.runner?.catch(() => undefined);
        return;
      case 'run':
        void this.answer(this.run(request.tasks));
        return;
      case 'job':
        void this.answer(this.do(request));
        return;
      case 'stop':
        if (!isShared(this.stopFlag)) Atomics.store(this.stopFlag, 0, Number(request.stop));
        // A shared flag may have been cleared since, for the next piece of work.
        if (Atomics.load(this.stopFlag, 0) !== 0) this.signal.stop();
        return;
    }
  };

  private async answer(work: Promise<WorkerReply>): Promise<void> {
    try {
      const reply = await work;
      await this.send(reply, reply.type === 'done' ? transferableBuffers(reply.result) : []);
    } catch (error) {
      await this.send({ type: 'failed', failure: failureOf(error) });
    }
  }

  private async tellTraits(engine: Promise<Engine>): Promise<WorkerReply> {
    const { description, seedsAtOnce } = await engine;
    return { type: 'ready', engine: { description, seedsAtOnce } };
  }

  private async do(job: JobRequest): Promise<WorkerReply> {
    return { type: 'done', result: await this.resultOf(job, this.begin()) };
  }

  private async resultOf(job: JobRequest, pace: Pace): Promise<Jobs[JobKind]['result']> {
    const tell = (progress: unknown): void => void this.send({ type: 'progress', progress });
    switch (job.kind) {
      case 'time': {
        const engine = await this.engine;
        if (!engine) throw new Error('the worker has no engine to time');
        return timeStep(engine, job.input, pace.signal);
      }
      case 'invert':
        return withLocalEngine(pace, (engine) => inversionSolver(engine)(job.input, pace, tell));
      case 'generate': {
        const { samples, features } = job.input;
        return withLocalEngine(pace, (engine) =>
          generateToyData(
            job.input,
            engine,
            pace,
            tell,
            chooseInversionSolver(samples * features.count, engine),
          ),
        );
      }
      case 'import':
        return importHere(job.input);
      case 'check':
        return checkHere(job.input);
      case 'toyData':
        return readToyDataHere(job.input);
      case 'attribute': {
        return withLocalEngine(pace, (engine) =>
          Promise.resolve(storedMatrix(probedMatrix(job.input, engine.attribution))),
        );
      }
    }
  }

  private async run(tasks: readonly LegTask[]): Promise<WorkerReply> {
    const runner = await this.runner;
    if (!runner) throw new Error('the worker was given legs to run, but no context');
    let events: PackedEvent[] = [];
    const sendEvents = async (): Promise<void> => {
      if (events.length > 0) await this.send({ type: 'events', events });
      events = [];
    };
    // -Infinity, so that the start of a leg is reported before its first epoch.
    let yielded = -Infinity;
    try {
      for await (const event of runner.run(tasks, this.begin())) {
        events.push(packEvent(event));
        if (performance.now() - yielded < YIELD_MS) continue;
        await sendEvents();
        await setImmediate();
        yielded = performance.now();
      }
    } finally {
      await sendEvents();
    }
    return { type: 'done' };
  }
}

function isShared({ buffer }: Int32Array): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/** Data and matrices never depend on the engine that trains. */
async function withLocalEngine<T>(
  { signal }: Pace,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const { engine } = fastestLocalEngine(signal);
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

/** The buffers in a result that can be transferred: those that one array fills. */
function transferableBuffers(result: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(result)) {
    const { buffer, byteLength } = result;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) found.add(buffer);
  } else if (typeof result === 'object' && result !== null) {
    for (const part of Object.values(result)) transferableBuffers(part, found);
  }
  return [...found];
}

async function loadEngine(name: EngineName, stop: StopSignal): Promise<Engine> {
  switch (name) {
    case 'simd':
      return fastestLocalEngine(stop).engine;
    case 'typescript':
      return typescriptEngine();
    case 'tensorflow': {
      const { tf, description } = await loadTensorflow();
      // The TensorFlow engine computes neither attributions nor measures; those of the local engine are the same everywhere.
      const { attribution, measures } = fastestLocalEngine(stop).engine;
      return { ...tensorflowEngine(tf, description), attribution, measures };
    }
  }
}

function serveThread(port: NonNullable<typeof parentPort>): void {
  const worker = new Worker((message, transferred = []) => port.postMessage(message, transferred));
  port.on('message', worker.receive);
}

/** Serves until the parent process ends. */
function serveProcess(): void {
  const worker = new Worker(
    (reply) =>
      new Promise((resolve) => {
        // `send` returns false if the receiver does not keep up.
        if (process.send?.(reply, undefined, undefined, () => resolve())) resolve();
      }),
  );
  process.on('message', worker.receive);
  process.on('disconnect', () => process.exit());
  // A terminal sends Ctrl-C to all processes; the parent decides when this one stops.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
}

if (parentPort) serveThread(parentPort);
else if (process.send) serveProcess();
