import * as vscode from 'vscode';
import { layerAt } from '../../node/code/experimentText';
import type { SelectedPart, SelectionStore } from '../selection';
import { folderOf, rangeOf, readExperiment } from './documents';

/** The most moves of cursors in flight: one for each change of the selection, in each editor. */
const MOST_IN_FLIGHT = 20;

/**
 * Ties the cursor to the selection: on the width of a hidden layer it selects the layer, and where a
 * layer is selected elsewhere it goes to the width, in editors that are open and without the focus.
 */
export class CursorLink implements vscode.Disposable {
  /** Where this link has put cursors. Their arrival there, which an event reports later, is ignored. */
  private put: { readonly document: vscode.TextDocument; readonly place: vscode.Position }[] = [];
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly store: SelectionStore) {
    this.disposables = [
      vscode.window.onDidChangeTextEditorSelection((event) => this.follow(event)),
      store.onDidChange((selection) => this.lead(selection)),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** The cursor has moved. */
  private follow({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const { document, selection } = textEditor;
    const experiment = readExperiment(document);
    if (!experiment) return;
    const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
    const byUser = kind === Keyboard || kind === Mouse;
    if (!byUser && this.hasPut(document, selection.active)) return;
    const layer = layerAt(experiment.hidden, document.offsetAt(selection.active));
    const folder = folderOf(document);
    const { current } = this.store;
    const isSame = current?.experiment === folder;
    if (layer === undefined || (isSame && current.layer === layer)) return;
    // Within the same experiment the checkpoint stays the same.
    const { run, checkpoint } = isSame ? current : {};
    this.store.select({ experiment: folder, run, checkpoint, layer, source: 'code' });
  }

  /** Whether this link put the cursor there. Earlier moves are forgotten: they have arrived, or never will. */
  private hasPut(document: vscode.TextDocument, place: vscode.Position): boolean {
    const found = this.put.findIndex(
      (one) => one.document === document && one.place.isEqual(place),
    );
    this.put = this.put.slice(found + 1);
    return found >= 0;
  }

  private remember(document: vscode.TextDocument, place: vscode.Position): void {
    this.put = [...this.put, { document, place }].slice(-MOST_IN_FLIGHT);
  }

  /** Something was selected. */
  private lead({ source, experiment: folder, layer }: SelectedPart): void {
    if (source === 'code' || layer === undefined) return;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const experiment = folderOf(document) === folder ? readExperiment(document) : undefined;
      const width = experiment?.hidden.find((candidate) => candidate.layer === layer);
      if (!experiment || !width) continue;
      // A cursor that is anywhere in the width stays where it is.
      if (layerAt(experiment.hidden, document.offsetAt(editor.selection.active)) === layer)
        continue;
      const { start, end } = rangeOf(document, width);
      this.remember(document, end);
      editor.selection = new vscode.Selection(start, end);
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}
