import type { EngineName } from '../../../core/engine/engine';
import type { ExperimentContext } from '../../../core/experiment/context';
import { throwIfStopped } from '../../../core/stop';
import type { Workload } from '../crossover/workload';
import { BACKEND_VARIABLE, type BackendPreference } from '../tensorflow/native';
import { startProcess, type WorkerHost } from './host';
import { runJob } from './jobs';
import type { EngineTraits } from './messages';
import { traitsOf } from './traits';
import { WorkerPool } from './workerPool';

/** How a process is started. */
export interface ProcessOptions {
  readonly signal?: AbortSignal;
  /** Instead of what the environment says. */
  readonly tensorflow?: BackendPreference;
}

/** An engine in a process of its own, which keeps its libraries and its crashes to itself. */
export class EngineProcess {
  private constructor(
    private readonly startHost: () => WorkerHost,
    private host: WorkerHost,
    readonly traits: EngineTraits,
  ) {}

  /** Of the process. */
  get pid(): number | undefined {
    return this.host.pid;
  }

  /**
   * Starts the process and waits for its engine.
   * @throws Stopped when the signal is set
   * @throws LabError when the engine cannot be loaded, or the process dies
   */
  static async start(
    name: EngineName,
    { signal, tensorflow }: ProcessOptions = {},
  ): Promise<EngineProcess> {
    throwIfStopped(signal);
    const startHost = (): WorkerHost =>
      startProcess(name, tensorflow && { [BACKEND_VARIABLE]: tensorflow });
    const host = startHost();
    try {
      return new EngineProcess(
        startHost,
        host,
        await traitsOf(host, "the engine's process", signal),
      );
    } catch (error) {
      await host.end();
      throw error;
    }
  }

  /**
   * Milliseconds of one training step of one specimen.
   * @throws Stopped when the signal is set
   */
  timeStep(workload: Workload, signal?: AbortSignal): Promise<number> {
    return runJob(this.host, 'time', workload, { who: "the engine's process", signal });
  }

  /** Runs all legs of a run at once in the process, or in another if this one has died. */
  executor(context: ExperimentContext): WorkerPool {
    return new WorkerPool({
      context,
      size: 1,
      seedsAtOnce: this.traits.seedsAtOnce,
      together: true,
      start: () => {
        if (!this.host.alive) this.host = this.startHost();
        return this.host;
      },
    });
  }

  /** Ends the process. */
  async dispose(): Promise<void> {
    await this.host.end();
  }
}
