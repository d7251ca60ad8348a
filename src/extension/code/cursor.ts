import * as vscode from 'vscode';
import { layerAt } from '../../node/code/experimentText';
import type { SelectedPart, SelectionStore } from '../selection';
import { folderOf, rangeOf, readExperiment } from './documents';

/** The largest number of pending cursor moves: one for each change of the selection, in each visible editor. */
const MAX_PENDING = 20;

/**
 * Links the cursor to the shared selection. Moving the cursor to the width of a hidden layer selects that layer;
 * selecting a layer in another view moves the cursors of visible editors to its width, without taking the focus.
 */
export class CursorLink implements vscode.Disposable {
  /** Cursor moves made here, whose events have not arrived yet: those events must not change the selection. */
  private pending: {
    readonly document: vscode.TextDocument;
    readonly position: vscode.Position;
  }[] = [];
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly store: SelectionStore) {
    this.disposables = [
      vscode.window.onDidChangeTextEditorSelection((event) => this.selectLayer(event)),
      store.onDidChange((selection) => this.moveCursors(selection)),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Selects the layer whose width the cursor is on. */
  private selectLayer({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const { document, selection } = textEditor;
    const experiment = readExperiment(document);
    if (!experiment) return;
    const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
    const byUser = kind === Keyboard || kind === Mouse;
    if (!byUser && this.wasPending(document, selection.active)) return;
    const layer = layerAt(experiment.hidden, document.offsetAt(selection.active));
    const folder = folderOf(document);
    const { current } = this.store;
    const isSame = current?.experiment === folder;
    if (layer === undefined || (isSame && current.layer === layer)) return;
    // Within the same experiment, the checkpoint stays selected.
    const { run, checkpoint } = isSame ? current : {};
    this.store.select({ experiment: folder, run, checkpoint, layer, source: 'code' });
  }

  /** Whether this class moved the cursor there. Also drops older moves: VS Code may merge their events. */
  private wasPending(document: vscode.TextDocument, position: vscode.Position): boolean {
    const found = this.pending.findIndex(
      (move) => move.document === document && move.position.isEqual(position),
    );
    this.pending = this.pending.slice(found + 1);
    return found >= 0;
  }

  private addPending(document: vscode.TextDocument, position: vscode.Position): void {
    this.pending = [...this.pending, { document, position }].slice(-MAX_PENDING);
  }

  /** Moves the cursors of visible editors to the width of the selected layer. */
  private moveCursors({ source, experiment: folder, layer }: SelectedPart): void {
    if (source === 'code' || layer === undefined) return;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const experiment = folderOf(document) === folder ? readExperiment(document) : undefined;
      const width = experiment?.hidden.find((candidate) => candidate.layer === layer);
      if (!experiment || !width) continue;
      // A cursor anywhere within the width stays there.
      if (layerAt(experiment.hidden, document.offsetAt(editor.selection.active)) === layer)
        continue;
      const { start, end } = rangeOf(document, width);
      this.addPending(document, end);
      editor.selection = new vscode.Selection(start, end);
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}
