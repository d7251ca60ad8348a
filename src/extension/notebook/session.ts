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

/** Makes Electron, which runs extensions in desktop VS Code, start the kernel as a Node process. */
const AS_NODE = { ELECTRON_RUN_AS_NODE: '1' };

/**
 * A notebook and its kernel. Executes queued cells one at a time. The next cell starts the kernel process if it is not
 * running.
 */
export class Session implements vscode.Disposable {
  private readonly kernel: KernelClient;
  private readonly queue: QueuedCell[] = [];
  private readonly displays: Displays = new Map();
  private working = false;
  private count = 0;

  /** @param folder absolute path, to which the imports of cells are relative */
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

  /** Queues cells and executes them. If a cell fails, the cells after it are not executed. */
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

  /** Stops the executing cell and drops the queued ones. */
  async interrupt(): Promise<void> {
    this.emptyQueue();
    const outcome = await this.kernel.interrupt();
    this.log.info(`interrupt: ${outcome}`);
  }

  /** Starts a new process, without the variables of the old one. */
  async restart(): Promise<void> {
    this.emptyQueue();
    this.reset();
    await this.kernel.restart();
  }

  /** Ends the process. */
  dispose(): void {
    this.emptyQueue();
    this.kernel.dispose().catch((error: unknown) => this.log.error(String(error)));
  }

  private emptyQueue(): void {
    for (const { execution } of this.queue.splice(0)) {
      // VS Code requires an execution to start before it ends.
      execution.start();
      execution.end(undefined);
    }
  }

  /** Resets the state that belongs to the ended process. */
  private reset(): void {
    this.count = 0;
    this.displays.clear();
  }

  /** Between cells, shows a message; an executing cell shows the error itself. */
  private died(reason: string): void {
    this.log.warn(`a kernel has ended: ${reason}`);
    if (this.working) return;
    this.reset();
    void showWarningMessage(
      vscode.l10n.t(
        'The notebook’s kernel has ended ({0}): variables and imports are lost. The next cell starts a new one.',
        reason,
      ),
    );
  }

  /** @returns whether to continue with the queued cells */
  private async executeOne({ cell, execution }: QueuedCell): Promise<boolean> {
    execution.executionOrder = ++this.count;
    execution.start(Date.now());
    const outputs = new CellOutputs(execution, this.displays, (error) =>
      this.log.warn(`an output cannot be shown: ${String(error)}`),
    );
    outputs.clear();
    const outcome = await this.outcomeOf(cell, outputs);
    if (outcome.status !== 'ok') outputs.append(errorOutput(outcome.error));
    if (outcome.stateLost) this.reset();
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
      return await this.kernel.execute(request, (output) => outputs.add(output));
    } catch (error) {
      // The process could not be started.
      return { status: 'died', error: asCellError(error), stateLost: true };
    }
  }
}

/** The error of a cell in a language that this kernel does not execute. */
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
