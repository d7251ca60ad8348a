import * as vscode from 'vscode';
import { KernelClient, type CellOutcome } from '../../node/notebook/kernelClient';
import type { CellError, CellLanguage } from '../../protocol/kernel';
import { CellOutputs, type Displays } from './cellOutputs';
import { LANGUAGES } from './kernelspec';
import { errorOutput } from './outputItems';
import { showWarningMessage } from '../plainText';

interface QueuedCell {
  readonly cell: vscode.NotebookCell;
  readonly execution: vscode.NotebookCellExecution;
}

/** In VS Code for the desktop, what runs extensions is a program that is Node only if it is told so. */
const AS_NODE = { ELECTRON_RUN_AS_NODE: '1' };

/**
 * A notebook and its kernel. Cells wait in a queue, one is executed at a time; the kernel's process is
 * started by the first, and again by the first after it has ended, whatever ended it.
 */
export class Session implements vscode.Disposable {
  private readonly kernel: KernelClient;
  private readonly queue: QueuedCell[] = [];
  private readonly displays: Displays = new Map();
  private working = false;
  private count = 0;

  /**
   * @param folder absolute path: what the cells import is relative to it
   */
  constructor(
    folder: string,
    private readonly controller: vscode.NotebookController,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.kernel = new KernelClient({
      folder,
      env: AS_NODE,
      onDeath: (reason) => this.died(reason),
    });
  }

  /** Executes cells after those that wait already. After one that fails those that wait are left out. */
  async execute(cells: readonly vscode.NotebookCell[]): Promise<void> {
    for (const cell of cells) {
      this.queue.push({ cell, execution: this.controller.createNotebookCellExecution(cell) });
    }
    if (this.working) return;
    this.working = true;
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) {
        if (!(await this.executeOne(next))) this.emptyQueue();
      }
    } finally {
      this.working = false;
    }
  }

  /** Stops the cell that is executed and forgets those that wait. */
  async interrupt(): Promise<void> {
    this.emptyQueue();
    const came = await this.kernel.interrupt();
    this.log.info(`interrupt: ${came}`);
  }

  /** Ends the process and with it all variables, and starts another. */
  async restart(): Promise<void> {
    this.emptyQueue();
    this.forget();
    await this.kernel.restart();
  }

  /** Ends the process. */
  dispose(): void {
    this.emptyQueue();
    this.kernel.dispose().catch((error: unknown) => this.log.error(String(error)));
  }

  private emptyQueue(): void {
    for (const { execution } of this.queue.splice(0)) {
      // Only what has started can end.
      execution.start();
      execution.end(undefined);
    }
  }

  /** The next cell is the first of a new process. */
  private forget(): void {
    this.count = 0;
    this.displays.clear();
  }

  /** A cell that was executed says it itself; between cells nobody else would. */
  private died(reason: string): void {
    this.log.warn(`a kernel has ended: ${reason}`);
    if (this.working) return;
    this.forget();
    void showWarningMessage(
      vscode.l10n.t(
        'The notebook’s kernel has ended ({0}): variables and imports are lost. The next cell starts a new one.',
        reason,
      ),
    );
  }

  /** @returns whether the cells that wait may follow */
  private async executeOne({ cell, execution }: QueuedCell): Promise<boolean> {
    execution.executionOrder = ++this.count;
    execution.start(Date.now());
    const outputs = new CellOutputs(execution, this.displays, (error) =>
      this.log.warn(`an output cannot be shown: ${String(error)}`),
    );
    outputs.clear();
    const outcome = await this.outcomeOf(cell, outputs);
    if (outcome.status !== 'ok') outputs.append(errorOutput(outcome.error));
    if (outcome.stateLost) this.forget();
    await outputs.settle();
    execution.end(outcome.status === 'ok', Date.now());
    return outcome.status === 'ok';
  }

  private async outcomeOf(
    { document }: vscode.NotebookCell,
    outputs: CellOutputs,
  ): Promise<CellOutcome> {
    if (!LANGUAGES.includes(document.languageId)) return otherLanguage(document.languageId);
    const request = {
      cell: document.uri.toString(),
      count: this.count,
      code: document.getText(),
      language: document.languageId as CellLanguage,
    };
    try {
      return await this.kernel.execute(request, (output) => outputs.put(output));
    } catch (error) {
      // The process could not be started.
      return { status: 'died', error: asCellError(error), stateLost: true };
    }
  }
}

/** What a cell says that this kernel cannot execute. */
function otherLanguage(language: string): CellOutcome {
  const message = vscode.l10n.t(
    'This kernel runs TypeScript and JavaScript; the cell is in “{0}”. Choose another kernel by “Select Kernel” at the top right of the notebook, or another language at the bottom right of the cell.',
    language,
  );
  const error = { name: 'OtherLanguage', message, stack: message };
  return { status: 'error', error, stateLost: false };
}

function asCellError(error: unknown): CellError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack: `${name}: ${message}` };
}
