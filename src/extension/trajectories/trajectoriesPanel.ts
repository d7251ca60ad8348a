import path from 'node:path';
import * as vscode from 'vscode';
import { MEASURES } from '../../core/measures/table';
import { METRICS_FILE } from '../../node/runStore/paths';
import type {
  LostRun,
  RunDescription,
  TrajectoriesHost,
  TrajectoriesPage,
  TrajectoryPoint,
} from '../../protocol/trajectories';
import type { Lab } from '../lab';
import { deletedInWords, isDeletedFolder } from '../pages/deletedFolder';
import { PagePanel } from '../pages/pagePanel';
import type { RunReport } from '../running/runService';
import { describeRun } from '../../node/runStore/describeRun';
import { LiveRows } from './liveRows';
import { openPart } from '../matrix/openPart';
import { pickRuns } from './pickRuns';
import { RunRows } from '../../node/runStore/runRows';

/** Other programs may write many rows at once: read them together. */
const SETTLE_MS = 500;

interface ShownRun {
  readonly rows: RunRows;
  description: RunDescription;
}

/** A panel with the trajectories of runs. */
export class TrajectoriesPanel {
  private readonly page: PagePanel<TrajectoriesPage, TrajectoriesHost>;
  private readonly shown = new Map<string, ShownRun>();
  /** Requested runs that cannot be read, by folder. */
  private readonly lost = new Map<string, LostRun>();
  private readonly live = new LiveRows((run, columns) =>
    this.page.connection.tell('append', { run, columns }),
  );
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Requests to show runs are handled in order, so that the last one wins. */
  private work: Promise<void> = Promise.resolve();
  /** Whether any run was ever shown here. */
  private hasShown = false;

  /** @param follows folder of an experiment whose new runs are added automatically */
  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly lab: Lab,
    private readonly follows: string | undefined,
    closed: () => void,
  ) {
    this.page = new PagePanel<TrajectoriesPage, TrajectoriesHost>(
      panel,
      lab.context,
      'trajectories',
      {
        ready: () => this.update(),
        columns: ({ run, measures }) => this.rowsOf(run).columns(measures),
        open: (point) => this.open(point),
        addRuns: () => void this.chooseRuns(),
        removeRun: ({ run }) => void this.show(this.runs.filter((other) => other !== run)),
      },
    );
    const disposables: vscode.Disposable[] = [
      lab.runs.onDidReport((report) => this.handleEvent(report)),
      lab.runs.onDidEnd(({ experiment }) => this.refresh(experiment)),
      lab.experiments.onDidChange(() => this.refresh()),
      this.watch(),
    ];
    panel.onDidDispose(() => {
      this.live.dispose();
      for (const timer of this.timers.values()) clearTimeout(timer);
      for (const disposable of disposables) disposable.dispose();
      closed();
    });
  }

  /** Folders of the runs that are shown. */
  get runs(): string[] {
    return [...this.shown.keys()];
  }

  reveal(): void {
    this.page.reveal();
  }

  close(): void {
    this.panel.dispose();
  }

  /** Whether the panel adds new runs of an experiment. */
  isFollowing(experiment: string): boolean {
    return this.follows === experiment;
  }

  /** Shows exactly these runs, with a message for each that is deleted or cannot be read. */
  show(folders: readonly string[]): Promise<void> {
    this.work = this.work.then(async () => {
      const found = await Promise.all([...new Set(folders)].map((folder) => this.describe(folder)));
      const kept = new Map(this.shown);
      this.shown.clear();
      this.lost.clear();
      for (const description of found) {
        const { run } = description;
        if ('message' in description) {
          this.lost.set(run, description);
          continue;
        }
        this.hasShown = true;
        this.shown.set(run, { rows: kept.get(run)?.rows ?? new RunRows(run), description });
      }
      this.panel.title = this.title();
      this.update();
    });
    return this.work;
  }

  private async describe(folder: string): Promise<RunDescription | LostRun> {
    try {
      return await describeRun(folder, this.isRunning(folder));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.lab.log.warn(`trajectories: ${message}`);
      const deleted = await isDeletedFolder(folder);
      const experiment = path.dirname(path.dirname(folder));
      return {
        run: folder,
        id: path.basename(folder),
        name: this.lab.experiments.find(experiment)?.name ?? path.basename(experiment),
        deleted,
        message: deleted ? deletedInWords(folder) : message,
      };
    }
  }

  private isRunning(folder: string): boolean {
    if (this.lab.runs.active.some((active) => active.folder === folder)) return true;
    const entry = this.lab.experiments.find(folder);
    return entry?.runs.find((run) => run.folder === folder)?.state === 'running';
  }

  private title(): string {
    const names = new Set([...this.shown.values()].map(({ description }) => description.name));
    const [name] = names;
    if (name === undefined) return vscode.l10n.t('Trajectories');
    return names.size === 1
      ? vscode.l10n.t('{0}: trajectories', name)
      : vscode.l10n.t('{0} and {1} more: trajectories', name, names.size - 1);
  }

  /** Sends the runs and the default measure to the page. */
  private update(): void {
    const runs = [...this.shown.values()].map(({ description }) => description);
    const chosen = vscode.workspace.getConfiguration('polysemanticity').get<string>('measure');
    const measure = MEASURES.find(({ id }) => id === chosen)?.id;
    const lost = [...this.lost.values()];
    this.page.connection.tell('show', { runs, lost, measure, follows: this.follows });
  }

  private rowsOf(run: string): RunRows {
    const shown = this.shown.get(run);
    if (!shown) throw new Error(vscode.l10n.t('{0} is no longer shown.', path.basename(run)));
    return shown.rows;
  }

  private handleEvent({ experiment, run, event }: RunReport): void {
    const shown = this.shown.get(run);
    if (!shown) {
      // By the first event, the run's folder contains its specification.
      const isNew = experiment === this.follows && event.type === 'run-started';
      if (isNew) void this.show([...this.runs, run]);
      return;
    }
    if (event.type === 'epoch-measured') {
      shown.rows.add(event.row);
      this.live.add(run, event.row);
    }
    if (event.type === 'run-started' || event.type === 'null-drawn') this.refresh(experiment);
  }

  /** Reads the runs again if one changed its state, was deleted or has reappeared. */
  private refresh(experiment?: string): void {
    const { experiments } = this.lab;
    const first = this.firstRun();
    if (first !== undefined) {
      void this.show([first]);
      return;
    }
    const outdated = [...this.shown.values()].some(({ description }) => {
      const { run, state } = description;
      if (experiment !== undefined) return description.experiment === experiment;
      const now = experiments.find(run)?.runs.find(({ folder }) => folder === run)?.state;
      return now === undefined || (now !== state && !this.isOwn(run));
    });
    // Deleted runs may be restored from the trash.
    const returned = [...this.lost.keys()].some((run) =>
      experiments.find(run)?.runs.some(({ folder }) => folder === run),
    );
    if (outdated || returned) void this.show([...this.runs, ...this.lost.keys()]);
  }

  /** The first readable run of the followed experiment, if the panel has not shown a run yet. */
  private firstRun(): string | undefined {
    const { follows } = this;
    if (follows === undefined || this.hasShown) return undefined;
    const runs = this.lab.experiments.find(follows)?.runs ?? [];
    return runs.find(({ state }) => state !== 'damaged')?.folder;
  }

  /** Whether this window is computing the run, so that its events arrive without a file watcher. */
  private isOwn(run: string): boolean {
    return this.lab.runs.active.some(({ folder }) => folder === run);
  }

  /** Watches runs that other programs write. */
  private watch(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${METRICS_FILE}`);
    const changed = ({ fsPath }: vscode.Uri): void => {
      const run = path.dirname(fsPath);
      if (!this.shown.has(run) || this.isOwn(run) || this.timers.has(run)) return;
      this.timers.set(
        run,
        setTimeout(() => {
          this.timers.delete(run);
          void this.reread(run);
        }, SETTLE_MS),
      );
    };
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(changed),
      watcher.onDidCreate(changed),
    );
  }

  private async reread(run: string): Promise<void> {
    try {
      const columns = await this.shown.get(run)?.rows.refresh();
      if (columns && columns.count > 0) this.page.connection.tell('append', { run, columns });
      // The other program may have drawn the null of its run after the last description.
      const described = this.shown.get(run)?.description;
      if (described && !described.nulls && !described.oldNull) void this.show(this.runs);
    } catch (error) {
      this.lab.log.warn(`trajectories: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private open(point: TrajectoryPoint): Promise<string> {
    const experiment = path.dirname(path.dirname(point.run));
    return openPart({ ...point, experiment });
  }

  private async chooseRuns(): Promise<void> {
    const chosen = await pickRuns(this.lab, this.runs);
    if (!chosen) return;
    // Runs that are already shown keep their order.
    const kept = this.runs.filter((run) => chosen.includes(run));
    await this.show([...kept, ...chosen]);
  }
}
