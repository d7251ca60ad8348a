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

export interface ProcessOptions {
  readonly signal?: AbortSignal;
  /** Overrides the environment variable. */
  readonly tensorflow?: BackendPreference;
}

/** An engine in its own process, which isolates its libraries and crashes. */
export class EngineProcess {
  private constructor(
    private readonly startHost: () => WorkerHost,
    private host: WorkerHost,
    readonly traits: EngineTraits,
  ) {}

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

  /** Runs all legs of a run at once in the process; restarts it if it has died. */
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

  async dispose(): Promise<void> {
    await this.host.end();
  }
}
