import path from 'node:path';
import * as vscode from 'vscode';
import type { StoredMatrix } from '../../core/attribution/matrix';
import type { MatrixHost, MatrixPage, MatrixPart, MatrixSeries } from '../../protocol/matrix';
import type { Lab } from '../lab';
import { deletedInWords, isDeletedFolder } from '../pages/deletedFolder';
import { PagePanel } from '../pages/pagePanel';
import { MatrixReader } from '../../node/runStore/matrixReader';
import { ComputedRows } from './computedRows';
import { runOf } from './target';

/** Tracks panels by their keys. */
export interface PanelOwner {
  /** The panel shows another run, so its key has changed. */
  moved(from: string, to: string): void;
  closed(key: string): void;
}

/** Several legs may end within this time: reload once for all of them. */
const SETTLE_MS = 300;

/** A panel with the matrices of a run, or with a placeholder until the experiment has a run. */
export class MatrixPanel {
  private readonly page: PagePanel<MatrixPage, MatrixHost>;
  private readonly computedRows: ComputedRows;
  private reader: MatrixReader | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** The part to show once the page requests its data. */
  private pending: MatrixPart | undefined;
  /** Whether the page has requested its data since it was last loaded. */
  private isLoaded = false;
  private isDeleted = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly lab: Lab,
    /** Absolute path of the experiment's folder. */
    readonly experiment: string,
    run: string | undefined,
    private readonly owner: PanelOwner,
  ) {
    this.reader = run === undefined ? undefined : new MatrixReader(run);
    this.computedRows = new ComputedRows(lab.runs);
    this.page = new PagePanel<MatrixPage, MatrixHost>(panel, lab.context, 'matrix', {
      series: () => this.series(),
      matrix: (of) => this.matrix(of),
      specimen: ({ checkpoint }) => this.read().specimen(checkpoint),
      selected: (part) => this.selected(part),
      run: () => void vscode.commands.executeCommand('polysemanticity.experiment.run', experiment),
    });
    const disposables = [
      lab.runs.onDidReport(({ experiment: of, run: folder, event }) => {
        if (of !== experiment) return;
        if (this.reader === undefined) this.move(folder);
        // An unfinished run has the matrices of its finished legs.
        if (folder !== this.run) return;
        if (event.type === 'leg-finished' || event.type === 'run-finished') this.changed();
      }),
      lab.runs.onDidEnd((ended) => {
        if (ended.experiment === experiment) this.changed();
      }),
      lab.experiments.onDidChange(() => this.experimentsChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed()),
      this.computedRows,
      // VS Code unloads a hidden page; it requests its data again when it becomes visible.
      panel.onDidChangeViewState(() => (this.isLoaded &&= panel.visible)),
    ];
    panel.onDidDispose(() => {
      clearTimeout(this.timer);
      for (const disposable of disposables) disposable.dispose();
      this.owner.closed(this.key);
    });
  }

  /** Absolute path of the run's folder. */
  get run(): string | undefined {
    return this.reader?.folder;
  }

  /** Identifies the panel in {@link PanelOwner}. */
  get key(): string {
    return this.run ?? this.experiment;
  }

  reveal(): void {
    this.page.reveal();
  }

  close(): void {
    this.panel.dispose();
  }

  /** Shows a part that was selected in another view. A page that is not loaded receives it with its data. */
  select({ checkpoint, layer, unit }: MatrixPart): void {
    if (checkpoint === undefined && layer === undefined) return;
    const part = { checkpoint, layer, unit };
    if (this.isLoaded) this.page.connection.tell('select', part);
    else this.pending = part;
  }

  private async series(): Promise<MatrixSeries> {
    const series = await this.readSeries();
    const { pending: part, experiment: experimentFolder } = this;
    this.pending = undefined;
    this.isLoaded = true;
    return { ...series, experimentFolder, part };
  }

  private async readSeries(): Promise<MatrixSeries> {
    const settings = vscode.workspace.getConfiguration('polysemanticity');
    const defaults = {
      measure: settings.get<string>('measure'),
      ramp: settings.get<string>('matrix.ramp'),
    };
    if (!this.reader) return { ...this.withoutRun(), defaults };
    const { folder } = this.reader;
    const running = this.lab.runs.active.some((active) => active.folder === folder);
    const otherRows = this.computedRows.refusal;
    try {
      const series = await this.reader.series(running);
      this.isDeleted = false;
      return { ...series, otherRows, defaults };
    } catch (error) {
      if (!(await isDeletedFolder(folder))) throw error;
      this.isDeleted = true;
      return { ...this.withoutRun(), folder, deleted: deletedInWords(folder) };
    }
  }

  private withoutRun(): MatrixSeries {
    const name = this.lab.experiments.find(this.experiment)?.name ?? '';
    const active = this.lab.runs.active.some(({ experiment }) => experiment === this.experiment);
    return {
      experiment: name,
      run: '',
      state: active ? 'running' : 'unfinished',
      hidden: [],
      features: [],
      rows: 'pre-activation',
      checkpoints: [],
      empty: active
        ? vscode.l10n.t('The first matrices appear as soon as the first network is trained.')
        : vscode.l10n.t('This experiment has not been run yet.'),
    };
  }

  private async matrix({
    checkpoint,
    rows,
  }: Parameters<MatrixHost['matrix']>[0]): Promise<StoredMatrix> {
    const kept = await this.read().matrix(checkpoint);
    if (kept.rows === rows) return kept;
    const { run } = this;
    if (run === undefined) throw new Error(vscode.l10n.t('There is no run.'));
    return this.computedRows.of({ run, checkpoint, rows });
  }

  private selected({ checkpoint, layer, unit }: MatrixPart): void {
    const { experiment, run } = this;
    const source = 'matrix';
    this.lab.selection.select({ experiment, run, checkpoint, layer, unit, source });
  }

  private read(): MatrixReader {
    if (!this.reader) throw new Error(vscode.l10n.t('There is no run.'));
    return this.reader;
  }

  private experimentsChanged(): void {
    const entry = this.lab.experiments.find(this.experiment);
    const run = entry && runOf(entry, undefined);
    if (this.reader === undefined && run !== undefined) this.move(run);
    if (this.run === undefined) return;
    const exists = entry?.runs.some(({ folder }) => folder === this.run) ?? false;
    // The run was deleted or has been restored.
    if (exists === this.isDeleted) this.changed();
  }

  /** Shows the first run of an experiment that had none. */
  private move(run: string): void {
    const from = this.key;
    this.reader = new MatrixReader(run);
    this.panel.title = titleOf(this.lab.experiments.find(this.experiment)?.name ?? '', run);
    this.owner.moved(from, this.key);
    this.changed();
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.reader?.forget();
      this.page.connection.tell('changed', undefined);
    }, SETTLE_MS);
  }
}

/** Title of a panel. @param name of the experiment @param run folder of the run, if there is one */
export function titleOf(name: string, run: string | undefined): string {
  return run === undefined
    ? vscode.l10n.t('{0}: matrices', name)
    : vscode.l10n.t('{0}: matrices of {1}', name, path.basename(run));
}
