import * as vscode from 'vscode';
import { Stopped } from '../../core/stop';
import type { StoredMatrix } from '../../core/attribution/matrix';
import type { AttributeRequest, RunService } from '../running/runService';
import { NotTrusted, showNotTrusted } from '../trust';
import { plainMessage } from '../plainText';

/** Computations that take longer show a notification. */
const NOTIFY_AFTER_MS = 1000;

/**
 * Computes, for one panel, matrix rows that a run did not keep. Concurrent requests share one notification, whose
 * cancel button stops all of them.
 */
export class ComputedRows implements vscode.Disposable {
  private readonly progress = new vscode.EventEmitter<string>();
  private batch: Batch | undefined;
  private hasShownTrust = false;

  constructor(private readonly runs: RunService) {}

  /** Why rows cannot be computed here; undefined if they can. */
  get refusal(): string | undefined {
    if (vscode.workspace.isTrusted) return undefined;
    return vscode.l10n.t(
      'This workspace is in Restricted Mode. Trust it to compute other rows (command “Manage Workspace Trust”).',
    );
  }

  /** @throws LabError like {@link RunService.attribute}; Error if the user stopped it */
  async of(request: AttributeRequest): Promise<StoredMatrix> {
    const batch = (this.batch ??= this.begin());
    batch.count++;
    try {
      const progress = (activity: string): void => this.progress.fire(activity);
      return await this.runs.attribute({ ...request, signal: batch.controller.signal, progress });
    } catch (error) {
      if (error instanceof NotTrusted) this.showTrust();
      if (!(error instanceof Stopped)) throw error;
      throw new Error(vscode.l10n.t('Stopped. Choose the rows again to compute them.'), {
        cause: error,
      });
    } finally {
      if (--batch.count === 0) this.end(batch);
    }
  }

  dispose(): void {
    this.batch?.controller.abort();
    this.progress.dispose();
  }

  private begin(): Batch {
    const batch: Batch = {
      count: 0,
      controller: new AbortController(),
      timer: setTimeout(() => this.show(batch), NOTIFY_AFTER_MS),
      ended: () => undefined,
    };
    return batch;
  }

  private end(batch: Batch): void {
    clearTimeout(batch.timer);
    batch.ended();
    if (this.batch === batch) this.batch = undefined;
  }

  private show(batch: Batch): void {
    const title = vscode.l10n.t('Computing rows that were not kept');
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const listening = [
          this.progress.event((message) => progress.report({ message: plainMessage(message) })),
          token.onCancellationRequested(() => {
            // Later requests start a new batch.
            if (this.batch === batch) this.batch = undefined;
            batch.controller.abort();
          }),
        ];
        await new Promise<void>((resolve) => (batch.ended = resolve));
        for (const disposable of listening) disposable.dispose();
      },
    );
  }

  /** Shows the message once, because a page requests many matrices. */
  private showTrust(): void {
    if (this.hasShownTrust) return;
    this.hasShownTrust = true;
    void showNotTrusted();
  }
}

/** The concurrent requests of a panel. */
interface Batch {
  /** Number of pending requests. */
  count: number;
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
  ended: () => void;
}
