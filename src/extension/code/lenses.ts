import { percent as percentText } from '../../figures/text/numbers';
import * as vscode from 'vscode';
import type { MatrixPart } from '../../protocol/matrix';
import type { Lab } from '../lab';
import { ownerInWords, findRunElsewhere, type RunElsewhere } from '../running/runsElsewhere';
import type { ActiveRun } from '../running/runService';
import { EXPERIMENT_DOCUMENTS, folderOf, isEnabled, readExperiment } from './documents';
import type { LatestResults } from './latestResults';
import { ago, resultInWords, timeLeftText } from './format';
import { plainLabel } from '../plainText';

const SETTING = 'polysemanticity.codeLens';
/** How often texts such as `2 h ago` are updated. */
const CLOCK_MS = 60_000;
/** Shortest time between two updates of the progress: each makes the editor lay out its lines again. */
const PROGRESS_MS = 1000;

/** Shows, above an experiment, its commands, its progress and its latest result. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  private readonly clock: NodeJS.Timeout;
  private progress: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(
    private readonly lab: Lab,
    private readonly results: LatestResults,
  ) {
    const fire = (): void => this.emitter.fire();
    this.disposables = [
      vscode.languages.registerCodeLensProvider(EXPERIMENT_DOCUMENTS, this),
      results.onDidChange(fire),
      lab.runs.onDidEnd(fire),
      lab.experiments.onDidChange(fire),
      lab.runs.onDidChange(() => {
        this.progress ??= setTimeout(() => {
          this.progress = undefined;
          fire();
        }, PROGRESS_MS);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(fire),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) fire();
      }),
    ];
    this.clock = setInterval(fire, CLOCK_MS);
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!readExperiment(document) || !isEnabled(SETTING, document)) return [];
    const experiment = folderOf(document);
    const place = new vscode.Range(0, 0, 0, 0);
    const latest = await this.results.of(experiment);
    const active = this.lab.runs.active.find((run) => run.experiment === experiment);
    const target: MatrixPart = { experiment, run: latest?.run.folder };
    const lenses = [
      ...(active ? whileActive(active) : whileInactive(experiment, this.elsewhere(experiment))),
      command('$(table) ' + vscode.l10n.t('Attribution matrix'), 'polysemanticity.matrix.open', {
        experiment,
      }),
      command(
        '$(graph-line) ' + vscode.l10n.t('Trajectories'),
        'polysemanticity.trajectories.open',
        {
          experiment,
        },
      ),
    ];
    if (latest && !active) {
      const { result, at } = latest;
      const words = vscode.l10n.t('{0}, {1}', resultInWords(result), ago(at, new Date()));
      lenses.push(command(words, 'polysemanticity.matrix.open', target));
    }
    return lenses.map((lens) => new vscode.CodeLens(place, lens));
  }

  private elsewhere(experiment: string): RunElsewhere | undefined {
    const entry = this.lab.experiments.find(experiment);
    return entry && findRunElsewhere(entry, undefined);
  }

  dispose(): void {
    clearInterval(this.clock);
    clearTimeout(this.progress);
    for (const disposable of this.disposables) disposable.dispose();
    this.emitter.dispose();
  }
}

function whileInactive(experiment: string, elsewhere: RunElsewhere | undefined): vscode.Command[] {
  if (elsewhere) {
    const where = vscode.l10n.t('Running elsewhere: {0}', ownerInWords(elsewhere));
    const { folder: run } = elsewhere;
    const target = { experiment, run };
    return [command('$(sync) ' + plainLabel(where), 'polysemanticity.trajectories.open', target)];
  }
  if (!vscode.workspace.isTrusted) return [];
  const title = '$(play) ' + vscode.l10n.t('Run');
  return [command(title, 'polysemanticity.experiment.run', { experiment })];
}

function whileActive({ experiment, state, percent, timeLeft }: ActiveRun): vscode.Command[] {
  const stop = '$(debug-stop) ' + vscode.l10n.t('Stop');
  return [
    command(stop, 'polysemanticity.experiment.stop', { experiment }),
    command(progressInWords(state, percent, timeLeft), 'polysemanticity.trajectories.open', {
      experiment,
    }),
  ];
}

function progressInWords(state: ActiveRun['state'], percent = 0, timeLeft?: number): string {
  switch (state) {
    case 'queued':
      return '$(clock) ' + vscode.l10n.t('Queued');
    case 'starting':
      return '$(sync~spin) ' + vscode.l10n.t('Starting');
    case 'stopping':
      return '$(sync~spin) ' + vscode.l10n.t('Stopping');
    case 'running': {
      const done = percentText(percent / 100);
      return (
        '$(sync~spin) ' + (timeLeft === undefined ? done : `${done}, ${timeLeftText(timeLeft)}`)
      );
    }
  }
}

function command(title: string, id: string, part: MatrixPart): vscode.Command {
  return { title, command: id, arguments: [part] };
}
