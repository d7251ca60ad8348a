import * as vscode from 'vscode';
import type { PageSelection } from '../protocol/page';

/**
 * What the user looks at, over all views of the window. Every change carries its source, so that whoever
 * made it does not follow it.
 */
export class SelectionStore implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<PageSelection>();
  private selection: PageSelection | undefined;

  readonly onDidChange = this.emitter.event;

  get current(): PageSelection | undefined {
    return this.selection;
  }

  select(selection: PageSelection): void {
    this.selection = selection;
    this.emitter.fire(selection);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
