import path from 'node:path';
import * as vscode from 'vscode';
import type { StoredMatrix } from '../../core/attribution/matrix';
import type { MatrixHost, MatrixPage, MatrixPart, MatrixSeries } from '../../protocol/matrix';
import type { Lab } from '../lab';
import { deletedInWords, isDeletedFolder } from '../pages/deletedFolder';
import { PagePanel } from '../pages/pagePanel';
import { MatrixReader } from './matrixReader';
import { OtherRows } from './computedRows';
import { runOf } from './target';

/** Keeps the panels by their keys. */
export interface PanelOwner {
  /** The panel shows another run, so its key has changed. */
  moved(from: string, to: string): void;
  closed(key: string): void;
}

/** How long to wait for further changes: legs end in quick succession. */
const SETTLE_MS = 300;

/** One panel: the matrices of a run, or of an experiment until it has one. */
export class MatrixPanel {
  private readonly page: PagePanel<MatrixPage, MatrixHost>;
  private readonly otherRows: OtherRows;
  private reader: MatrixReader | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** What to show as soon as the page asks for its data. */
  private pending: MatrixPart | undefined;
  /** Whether the page has asked for its data since it was last loaded. */
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
    this.otherRows = new OtherRows(lab.runs);
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
        // Matrices of an unfinished run can be read leg by leg.
        if (folder !== this.run) return;
        if (event.type === 'leg-finished' || event.type === 'run-finished') this.changed();
      }),
      lab.runs.onDidEnd((ended) => {
        if (ended.experiment === experiment) this.changed();
      }),
      lab.experiments.onDidChange(() => this.experimentsChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed()),
      this.otherRows,
      // A page is unloaded while it is hidden, and asks again when it is back.
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

  /** The key by which the panel is found again. */
  get key(): string {
    return this.run ?? this.experiment;
  }

  reveal(): void {
    this.page.reveal();
  }

  close(): void {
    this.panel.dispose();
  }

  /** Shows a part that was chosen elsewhere. A page that is not loaded is given it with its data. */
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
    const otherRows = this.otherRows.refusal;
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
    return this.otherRows.of({ run, checkpoint, rows });
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
    // The run was deleted, or it is back.
    const isThere = entry?.runs.some(({ folder }) => folder === this.run) ?? false;
    if (isThere === this.isDeleted) this.changed();
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

/** Title of a panel. @param name of the experiment @param run its folder, if there is one */
export function titleOf(name: string, run: string | undefined): string {
  return run === undefined
    ? vscode.l10n.t('{0}: matrices', name)
    : vscode.l10n.t('{0}: matrices of {1}', name, path.basename(run));
}
