import * as vscode from 'vscode';
import type { LayerResult } from '../../node/code/runResult';
import { EXPERIMENT_DOCUMENTS, folderOf, isEnabled, readExperiment } from './documents';
import type { LatestResult, LatestResults } from './latestResults';
import { fixedNumber } from '../../figures/text/numbers';

const SETTING = 'polysemanticity.inlayHints';

/** Shows, after the width of each hidden layer, its mean polysemanticity and dead neurons in the latest run. */
export class Hints implements vscode.InlayHintsProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];

  readonly onDidChangeInlayHints = this.emitter.event;

  constructor(private readonly results: LatestResults) {
    const fire = (): void => this.emitter.fire();
    this.disposables = [
      vscode.languages.registerInlayHintsProvider(EXPERIMENT_DOCUMENTS, this),
      results.onDidChange(fire),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) fire();
      }),
    ];
  }

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
  ): Promise<vscode.InlayHint[]> {
    const experiment = readExperiment(document);
    if (!experiment || !isEnabled(SETTING, document)) return [];
    const latest = await this.results.of(folderOf(document));
    if (!latest) return [];
    const { hidden } = latest.run.specification.specimen;
    return experiment.hidden.flatMap(({ layer, width, offset, length }) => {
      const place = document.positionAt(offset + length);
      // The result does not apply to a layer whose width has changed since the run.
      if (!range.contains(place) || hidden[layer] !== width) return [];
      return [hintOf(place, latest, latest.result.layers[layer])];
    });
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
    this.emitter.dispose();
  }
}

function hintOf(
  place: vscode.Position,
  { run, at, result: { arm, seeds } }: LatestResult,
  { relative, dead }: LayerResult,
): vscode.InlayHint {
  const mean = `R ${fixedNumber(relative, 2)}`;
  const count = fixedNumber(dead, dead !== null && Number.isInteger(dead) ? 0 : 1);
  const label = dead === 0 ? mean : vscode.l10n.t('{0}, {1} dead', mean, count);
  const hint = new vscode.InlayHint(place, label);
  hint.paddingLeft = true;
  hint.tooltip = vscode.l10n.t(
    'Mean polysemanticity of the layer and number of neurons that respond to no feature, in the {0} specimens (seeds: {1}) of run {2}, {3}',
    arm,
    seeds,
    run.id,
    at.toLocaleString(vscode.env.language),
  );
  return hint;
}
