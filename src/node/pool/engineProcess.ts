import type { EngineName } from '../../core/engine/engine';
import { LabError } from '../../core/errors';
import type { ExperimentContext } from '../../core/experiment/context';
import { Stopped, throwIfStopped } from '../../core/stop';
import { startProcess, type WorkerHost } from './host';
import { errorOf, type EngineTraits, type WorkerReply, type WorkerRequest } from './messages';
import { WorkerPool } from './workerPool';

/** An engine in a process of its own: what it loads and whatever befalls it stays there. */
export class EngineProcess {
  private constructor(
    private readonly name: EngineName,
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
   * @throws LabError when the process dies
   */
  static async start(name: EngineName, signal?: AbortSignal): Promise<EngineProcess> {
    throwIfStopped(signal);
    const host = startProcess(name);
    try {
      const reply = await replyOf(host, signal);
      if (reply.type !== 'ready') throw new Error(`the engine's process says ${reply.type}`);
      return new EngineProcess(name, host, reply.engine);
    } catch (error) {
      await host.end();
      throw error;
    }
  }

  /** Runs legs in the process, all of a run at once; should it have died, in another. */
  executor(context: ExperimentContext): WorkerPool {
    return new WorkerPool({
      context,
      size: 1,
      seedsAtOnce: this.traits.seedsAtOnce,
      together: true,
      start: () => {
        if (!this.host.alive) this.host = startProcess(this.name);
        return this.host;
      },
    });
  }

  /** Ends the process. */
  async dispose(): Promise<void> {
    await this.host.end();
  }
}

/** The next reply of a worker. */
async function replyOf(
  host: WorkerHost,
  signal: AbortSignal | undefined,
  request?: WorkerRequest,
): Promise<WorkerReply> {
  let onAbort: () => void = () => undefined;
  try {
    return await new Promise<WorkerReply>((resolve, reject) => {
      host.listener = {
        reply: (reply) =>
          reply.type === 'failed' ? reject(errorOf(reply.failure)) : resolve(reply),
        died: (reason, cause) =>
          reject(new LabError('numeric', `the engine's process died: ${reason}`, {}, { cause })),
      };
      onAbort = () => reject(new Stopped());
      signal?.addEventListener('abort', onAbort);
      if (request) host.send(request);
    });
  } finally {
    host.listener = undefined;
    signal?.removeEventListener('abort', onAbort);
  }
}
