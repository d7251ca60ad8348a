import * as vscode from 'vscode';
import type { CellOutput, MimeBundle } from '../../protocol/kernel';
import { bundleOutput, itemsOf, streamItem } from './outputItems';

/** Updatable outputs of a notebook, by display id. */
export type Displays = Map<string, vscode.NotebookCellOutput[]>;

/** Adds the outputs of a kernel to the executing cell. */
export class CellOutputs {
  private stream:
    { readonly name: 'stdout' | 'stderr'; readonly output: vscode.NotebookCellOutput } | undefined;
  /** Whether the next output replaces all previous ones. */
  private clearFirst = false;
  /** Changes are applied in order: each waits for the previous one. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly execution: vscode.NotebookCellExecution,
    private readonly displays: Displays,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Handles an output of the kernel. */
  add(output: CellOutput): void {
    switch (output.type) {
      case 'stream':
        this.addStream(output.name, output.text);
        return;
      case 'display': {
        const shown = bundleOutput(output.data, 'display_data');
        if (output.id !== undefined) this.remember(output.id, shown);
        this.append(shown);
        return;
      }
      case 'result':
        this.append(bundleOutput(output.data, 'execute_result', this.execution.executionOrder));
        return;
      case 'update':
        this.update(output.id, output.data);
        return;
      case 'clear':
        this.clearFirst = output.wait;
        if (!output.wait) this.clear();
        return;
    }
  }

  /** Appends an output. */
  append(output: vscode.NotebookCellOutput): void {
    this.clearIfPending();
    this.stream = undefined;
    this.then(() => this.execution.appendOutput(output));
  }

  /** Removes all outputs of the cell. */
  clear(): void {
    this.clearFirst = false;
    this.stream = undefined;
    this.then(() => this.execution.clearOutput());
  }

  /** Resolves when all changes are applied. */
  settle(): Promise<void> {
    return this.last;
  }

  private addStream(name: 'stdout' | 'stderr', text: string): void {
    this.clearIfPending();
    const item = streamItem(name, text);
    if (this.stream?.name === name) {
      const { output } = this.stream;
      this.then(() => this.execution.appendOutputItems(item, output));
      return;
    }
    const output = new vscode.NotebookCellOutput([item], { outputType: 'stream' });
    this.append(output);
    this.stream = { name, output };
  }

  private update(id: string, data: MimeBundle): void {
    for (const output of this.displays.get(id) ?? []) {
      this.then(() => this.execution.replaceOutputItems(itemsOf(data), output));
    }
  }

  private remember(id: string, output: vscode.NotebookCellOutput): void {
    this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
  }

  private clearIfPending(): void {
    if (this.clearFirst) this.clear();
  }

  private then(change: () => Thenable<void>): void {
    this.last = this.last.then(change).catch(this.onFailure);
  }
}
