import * as vscode from 'vscode';
import type { MatrixPart } from '../protocol/matrix';

/** A part that the user looks at. */
export interface SelectedPart extends MatrixPart {
  readonly experiment: string;
  /** Where it was selected: a view does not follow its own changes. */
  readonly source: 'code' | 'tree' | 'matrix' | 'command';
}

/** The part that the user looks at, for all views of the window. */
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
