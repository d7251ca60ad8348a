import * as vscode from 'vscode';
import { Stopped } from '../../core/stop';
import type { StoredMatrix } from '../../core/attribution/matrix';
import type { AttributeRequest, RunService } from '../running/runService';
import { NotTrusted, showNotTrusted } from '../trust';
import { plainMessage } from '../plainText';

/** How long to wait before a notification: most rows are computed sooner. */
const PATIENCE_MS = 1000;

/**
 * Computes rows that a run did not keep, for one panel. One notification shows the progress of all that are
 * being computed; its cancel button stops them all.
 */
export class OtherRows implements vscode.Disposable {
  private readonly told = new vscode.EventEmitter<string>();
  private work: Work | undefined;
  private isTrustTold = false;

  constructor(private readonly runs: RunService) {}

  /** Why none can be computed here; undefined where they can. */
  get refusal(): string | undefined {
    if (vscode.workspace.isTrusted) return undefined;
    return vscode.l10n.t(
      'This workspace is restricted: other rows are computed once it is trusted (command “Manage Workspace Trust”).',
    );
  }

  /** @throws LabError as {@link RunService.attribute} does; Error when it was stopped */
  async of(request: AttributeRequest): Promise<StoredMatrix> {
    const work = (this.work ??= this.begin());
    work.count++;
    try {
      const progress = (activity: string): void => this.told.fire(activity);
      return await this.runs.attribute({ ...request, signal: work.controller.signal, progress });
    } catch (error) {
      if (error instanceof NotTrusted) this.tellTrust();
      if (!(error instanceof Stopped)) throw error;
      throw new Error(vscode.l10n.t('Stopped. Choose the rows again to compute them.'), {
        cause: error,
      });
    } finally {
      if (--work.count === 0) this.end(work);
    }
  }

  dispose(): void {
    this.work?.controller.abort();
    this.told.dispose();
  }

  private begin(): Work {
    const work: Work = {
      count: 0,
      controller: new AbortController(),
      timer: setTimeout(() => this.show(work), PATIENCE_MS),
      ended: () => undefined,
    };
    return work;
  }

  private end(work: Work): void {
    clearTimeout(work.timer);
    work.ended();
    if (this.work === work) this.work = undefined;
  }

  private show(work: Work): void {
    const title = vscode.l10n.t('Computing rows that were not kept');
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const listening = [
          this.told.event((message) => progress.report({ message: plainMessage(message) })),
          token.onCancellationRequested(() => {
            // Requests from now on belong to new work.
            if (this.work === work) this.work = undefined;
            work.controller.abort();
          }),
        ];
        await new Promise<void>((resolve) => (work.ended = resolve));
        for (const disposable of listening) disposable.dispose();
      },
    );
  }

  /** A page asks for many matrices; one message is enough. */
  private tellTrust(): void {
    if (this.isTrustTold) return;
    this.isTrustTold = true;
    void showNotTrusted();
  }
}

/** The rows that are being computed for a panel. */
interface Work {
  /** Matrices that are awaited. */
  count: number;
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
  ended: () => void;
}
