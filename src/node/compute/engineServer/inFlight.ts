import type { CancellationToken } from 'vscode-jsonrpc';
import { failureOf } from '../../../core/failure';
import type { Outcome } from '../../../protocol/engine';

/** Work in flight: each piece can be cancelled, and all of it stopped. */
export class InFlight {
  private readonly all = new Map<AbortController, Promise<unknown>>();

  /** Does a piece of work. A failure is a result: as an error of JSON-RPC it would lose its file and field. */
  async outcomeOf<T>(
    token: CancellationToken,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Outcome<T>> {
    const controller = new AbortController();
    if (token.isCancellationRequested) controller.abort();
    const listening = token.onCancellationRequested(() => controller.abort());
    try {
      const working = work(controller.signal);
      this.all.set(controller, working);
      return { state: 'done', result: await working };
    } catch (error) {
      return { state: 'failed', failure: failureOf(error) };
    } finally {
      this.all.delete(controller);
      listening.dispose();
    }
  }

  /** Stops everything; resolves when nothing is in flight any more. */
  async stop(): Promise<void> {
    for (const controller of this.all.keys()) controller.abort();
    await Promise.allSettled(this.all.values());
  }
}
