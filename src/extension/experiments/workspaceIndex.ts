import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import type { Specification } from '../../core/experiment/specification';
import { readExperimentText } from '../../node/code/experimentText';
import { EXPERIMENT_FILE } from '../../node/experiments/experimentFile';
import { FILE_KINDS } from '../../node/files/fileKinds';
import { readText } from '../../node/files/files';
import { RUN_FILE, RUNS_FOLDER, STARTED_FILE } from '../../node/runStore/paths';
import type { ExperimentEntry, ExperimentIndex } from './experimentIndex';

/** Nothing there is anybody's own experiment. */
const EXCLUDED = '**/{node_modules,.*,runs}/**';

/** More experiments than anybody has; a folder from elsewhere may have any number. */
const MOST_EXPERIMENTS = 10_000;

/** Files come in bursts: a run that ends renames several. */
const SETTLE_MS = 150;

/** The experiments of the workspace, found by their files and kept up to date by watching them. */
export class WorkspaceIndex implements ExperimentIndex {
  readonly ready: Promise<void>;
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.emitter];
  private readonly byFolder = new Map<string, ExperimentEntry>();
  /** Folders that must be looked at again. */
  private readonly stale = new Set<string>();
  private looking = Promise.resolve();
  private sorted: readonly ExperimentEntry[] = [];
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.emitter.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.watch(`**/${EXPERIMENT_FILE}`, (file) => path.dirname(file));
    // <experiment>/runs/<run>/run.json; of a run that is stopped elsewhere only its lock goes.
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
      MOST_EXPERIMENTS,
    );
    if (files.length === MOST_EXPERIMENTS) {
      this.log.warn(`there are ${MOST_EXPERIMENTS} experiments or more: no others are looked for`);
    }
    const folders = files.filter(({ scheme }) => scheme === 'file').map(folderOfUri);
    for (const folder of [...this.byFolder.keys(), ...folders]) this.stale.add(folder);
    await this.lookAgain();
  }

  lookSoon(folder: string): void {
    this.stale.add(folder);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.lookAgain(), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private watch(pattern: string, folderOf: (file: string) => string): void {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed = ({ scheme, fsPath }: vscode.Uri): void => {
      const folder = folderOf(fsPath);
      if (scheme === 'file' && !isExcluded(folder)) this.lookSoon(folder);
    };
    this.disposables.push(
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
    );
  }

  /** A folder that comes or goes as a whole tells of nothing in it. */
  private watchFolders(): void {
    const watcher = vscode.workspace.createFileSystemWatcher('**', false, true, false);
    const removed = ({ fsPath }: vscode.Uri): void => {
      for (const folder of this.byFolder.keys()) {
        const isRuns = fsPath === path.join(folder, RUNS_FOLDER);
        if (isRuns || folder === fsPath || folder.startsWith(fsPath + path.sep)) {
          this.lookSoon(folder);
        }
      }
    };
    const created = async (uri: vscode.Uri): Promise<void> => {
      // Files are seen by their names; folders seldom have an ending.
      if (uri.scheme !== 'file' || path.extname(uri.fsPath) !== '') return;
      if (isExcluded(uri.fsPath) || !(await isFolder(uri.fsPath))) return;
      const within = new vscode.RelativePattern(uri, `**/${EXPERIMENT_FILE}`);
      const files = await vscode.workspace.findFiles(within, EXCLUDED);
      for (const folder of files.map(folderOfUri)) this.lookSoon(folder);
    };
    this.disposables.push(
      watcher,
      watcher.onDidDelete(removed),
      watcher.onDidCreate((uri) => void created(uri)),
    );
  }

  /** One look after another: an earlier one never has the last word. */
  private lookAgain(): Promise<void> {
    this.looking = this.looking.then(() => this.lookAtStale());
    return this.looking;
  }

  private async lookAtStale(): Promise<void> {
    const folders = [...this.stale];
    this.stale.clear();
    for (const folder of folders) {
      const entry = await this.look(folder);
      if (entry) this.byFolder.set(folder, entry);
      else this.byFolder.delete(folder);
    }
    this.sorted = [...this.byFolder.values()].sort(
      (a, b) => a.name.localeCompare(b.name) || a.folder.localeCompare(b.folder),
    );
    this.emitter.fire();
  }

  /** What is in a folder; undefined if it is no experiment of this lab (any more). */
  private async look(folder: string): Promise<ExperimentEntry | undefined> {
    const file = path.join(folder, EXPERIMENT_FILE);
    try {
      if (!vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))) return undefined;
      const text = await readText(file, FILE_KINDS.experiment);
      if (!readExperimentText(text).isOurs) return undefined;
      const { listRuns } = await import('../../node/runStore/listRuns');
      const runs = await listRuns(folder);
      return { folder, file, runs, ...(await read(text, file)) };
    } catch (error) {
      // Gone, or not to be read: then there is nothing to show of it.
      if (error instanceof LabError) this.log.debug(error.message);
      else this.log.error(error instanceof Error ? error : String(error));
      return undefined;
    }
  }
}

/** Its specification, or what is wrong with it. */
async function read(
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

function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function folderOfUri({ fsPath }: vscode.Uri): string {
  return path.dirname(fsPath);
}

/** Whether a folder is in one that is looked past. */
function isExcluded(folder: string): boolean {
  const place = vscode.workspace.asRelativePath(folder, false);
  return place
    .split(/[\\/]/)
    .some((part) => part === 'node_modules' || part === RUNS_FOLDER || /^\.[^.]/.test(part));
}
