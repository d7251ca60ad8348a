import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import type { Specification } from '../../core/experiment/specification';
import { readExperimentText } from '../../node/code/experimentText';
import { EXPERIMENT_FILE, RUN_FILE, RUNS_FOLDER, STARTED_FILE } from '../../node/runStore/paths';
import { FILE_KINDS } from '../../node/files/fileKinds';
import { readText } from '../../node/files/files';
import type { ExperimentEntry, ExperimentIndex } from './experimentIndex';

/** Folders that are not searched for experiments. */
const EXCLUDED = '**/{node_modules,.*,runs}/**';

/** Limits the work in workspaces that contain very many files of this name. */
const MAX_EXPERIMENTS = 10_000;

/** Changes within this time are handled together: a run that ends renames several files. */
const SETTLE_MS = 150;

/** The experiments of the workspace, found by their files and kept up to date by watching them. */
export class WorkspaceIndex implements ExperimentIndex {
  readonly ready: Promise<void>;
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.emitter];
  private readonly byFolder = new Map<string, ExperimentEntry>();
  /** Folders of experiments that have to be read again. */
  private readonly stale = new Set<string>();
  private reading = Promise.resolve();
  private sorted: readonly ExperimentEntry[] = [];
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.emitter.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.watch(`**/${EXPERIMENT_FILE}`, (file) => path.dirname(file));
    // <experiment>/runs/<run>/run.json. When another process stops a run, only its lock file changes.
    this.watch(`**/${RUNS_FOLDER}/*/{${RUN_FILE},${STARTED_FILE},lock-*.json}`, (file) =>
      path.resolve(file, '..', '..', '..'),
    );
    this.watch(`**/${RUNS_FOLDER}/*`, (file) => path.resolve(file, '..', '..'));
    this.watchFolders();
    this.disposables.push(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()));
    this.ready = this.refresh();
  }

  get entries(): readonly ExperimentEntry[] {
    return this.sorted;
  }

  find(location: string): ExperimentEntry | undefined {
    const absolute = path.normalize(location);
    // The folder, its experiment.json, or a run's: <experiment>/runs/<run>.
    const candidates = [absolute, path.dirname(absolute), path.resolve(absolute, '..', '..')];
    const folder = candidates.find((candidate) => this.byFolder.has(candidate));
    return folder === undefined ? undefined : this.byFolder.get(folder);
  }

  async refresh(): Promise<void> {
    const files = await vscode.workspace.findFiles(
      `**/${EXPERIMENT_FILE}`,
      EXCLUDED,
      MAX_EXPERIMENTS,
    );
    if (files.length === MAX_EXPERIMENTS) {
      this.log.warn(`found ${MAX_EXPERIMENTS} experiments: any others are ignored`);
    }
    const folders = files.filter(({ scheme }) => scheme === 'file').map(folderOfUri);
    for (const folder of [...this.byFolder.keys(), ...folders]) this.stale.add(folder);
    await this.readStale();
  }

  refreshSoon(folder: string): void {
    this.stale.add(folder);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.readStale(), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private watch(pattern: string, folderOf: (file: string) => string): void {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed = ({ scheme, fsPath }: vscode.Uri): void => {
      const folder = folderOf(fsPath);
      if (scheme === 'file' && !isExcluded(folder)) this.refreshSoon(folder);
    };
    this.disposables.push(
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
    );
  }

  /** When a whole folder is created, moved or deleted, the watchers report no events for the files in it. */
  private watchFolders(): void {
    const watcher = vscode.workspace.createFileSystemWatcher('**', false, true, false);
    const removed = ({ fsPath }: vscode.Uri): void => {
      for (const folder of this.byFolder.keys()) {
        const isRuns = fsPath === path.join(folder, RUNS_FOLDER);
        if (isRuns || folder === fsPath || folder.startsWith(fsPath + path.sep)) {
          this.refreshSoon(folder);
        }
      }
    };
    const created = async (uri: vscode.Uri): Promise<void> => {
      // Other watchers report files. Skipping names with an extension saves a `stat`, and folders seldom have one.
      if (uri.scheme !== 'file' || path.extname(uri.fsPath) !== '') return;
      if (isExcluded(uri.fsPath) || !(await isFolder(uri.fsPath))) return;
      const within = new vscode.RelativePattern(uri, `**/${EXPERIMENT_FILE}`);
      const files = await vscode.workspace.findFiles(within, EXCLUDED);
      for (const folder of files.map(folderOfUri)) this.refreshSoon(folder);
    };
    this.disposables.push(
      watcher,
      watcher.onDidDelete(removed),
      watcher.onDidCreate((uri) => void created(uri)),
    );
  }

  /** Reads the stale experiments after any reading in progress, so that an older state never replaces a newer one. */
  private readStale(): Promise<void> {
    this.reading = this.reading.then(() => this.readStaleNow());
    return this.reading;
  }

  private async readStaleNow(): Promise<void> {
    const folders = [...this.stale];
    this.stale.clear();
    for (const folder of folders) {
      const entry = await this.readEntry(folder);
      if (entry) this.byFolder.set(folder, entry);
      else this.byFolder.delete(folder);
    }
    this.sorted = [...this.byFolder.values()].sort(
      (a, b) => a.name.localeCompare(b.name) || a.folder.localeCompare(b.folder),
    );
    this.emitter.fire();
  }

  /** Reads an experiment; undefined if the folder does not contain one (any more). */
  private async readEntry(folder: string): Promise<ExperimentEntry | undefined> {
    const file = path.join(folder, EXPERIMENT_FILE);
    try {
      if (!vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))) return undefined;
      const text = await readText(file, FILE_KINDS.experiment);
      if (!readExperimentText(text).isOurs) return undefined;
      const { listRuns } = await import('../../node/runStore/listRuns');
      const runs = await listRuns(folder);
      return { folder, file, runs, ...(await parse(text, file)) };
    } catch (error) {
      // Deleted or not readable: it is not shown.
      if (error instanceof LabError) this.log.debug(error.message);
      else this.log.error(error instanceof Error ? error : String(error));
      return undefined;
    }
  }
}

/** The specification and its name, or the error in it. */
async function parse(
  text: string,
  file: string,
): Promise<Pick<ExperimentEntry, 'name' | 'specification' | 'problem'>> {
  const { parseSpecification } = await import('../../core/experiment/parse');
  try {
    const specification: Specification = parseSpecification(text, file);
    return { name: specification.name, specification };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { name: path.basename(path.dirname(file)), problem: error.message };
  }
}

function isFolder(location: string): Promise<boolean> {
  return stat(location).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function folderOfUri({ fsPath }: vscode.Uri): string {
  return path.dirname(fsPath);
}

/** Whether a folder is inside one that is not searched. */
function isExcluded(folder: string): boolean {
  return vscode.workspace
    .asRelativePath(folder, false)
    .split(/[\\/]/)
    .some((part) => part === 'node_modules' || part === RUNS_FOLDER || /^\.[^.]/.test(part));
}
