import * as vscode from 'vscode';
import type { MatrixPart } from '../protocol/matrix';

/** The selected part of the matrices. */
export interface SelectedPart extends MatrixPart {
  readonly experiment: string;
  /** Where it was selected: a view does not follow its own changes. */
  readonly source: 'code' | 'tree' | 'matrix' | 'command';
}

/** The selection that all views of the window share. */
export class SelectionStore implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<SelectedPart>();
  private selection: SelectedPart | undefined;

  readonly onDidChange = this.emitter.event;

  get current(): SelectedPart | undefined {
    return this.selection;
  }

  select(selection: SelectedPart): void {
    this.selection = selection;
    this.emitter.fire(selection);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
