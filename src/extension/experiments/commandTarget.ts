import path from 'node:path';
import { EXPERIMENT_FILE } from '../../node/runStore/paths';
import { RUNS_FOLDER } from '../../node/runStore/paths';

/** The experiment, and optionally the run, that a command applies to. */
export interface CommandTarget {
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  /** Absolute path of the run's folder. */
  readonly run?: string;
}

/**
 * Reads the target from the argument of a command: an item of the tree, a selection, or the URI or path of an
 * experiment's file, its folder or a run's folder.
 * @returns undefined if the argument names no target
 */
export function targetOf(argument: unknown): CommandTarget | undefined {
  if (typeof argument === 'string') return targetOfPath(argument);
  if (typeof argument !== 'object' || argument === null) return undefined;
  if (Array.isArray(argument)) return targetOf(argument[0]);
  const { run, runs, experiment, folder, fsPath } = argument as Readonly<Record<string, unknown>>;
  if (typeof run === 'string') {
    const found = targetOfPath(run);
    return found && typeof experiment === 'string' ? { ...found, experiment } : found;
  }
  return targetOf(experiment) ?? targetOf(folder) ?? targetOf(fsPath) ?? targetOf(runs);
}

/**
 * Reads the targets from the arguments of a command that accepts several: all selected items, else
 * `{ runs: [folders] }`, else anything that {@link targetOf} reads.
 * @returns each target once, in order
 */
export function targetsOf(argument: unknown, selected?: unknown): CommandTarget[] {
  const all = Array.isArray(selected) && selected.length > 0 ? selected : itemsOf(argument);
  const found = new Map<string, CommandTarget>();
  for (const item of all as unknown[]) {
    const target = targetOf(item);
    if (target) found.set(target.run ?? target.experiment, target);
  }
  return [...found.values()];
}

function itemsOf(argument: unknown): readonly unknown[] {
  if (Array.isArray(argument)) return argument;
  const runs = typeof argument === 'object' && argument !== null && 'runs' in argument;
  // An entry of the index also has runs, but they are not folders.
  return runs && Array.isArray(argument.runs) && argument.runs.every(isString)
    ? argument.runs
    : [argument];
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a file is inside a folder or one of its subfolders: `/a/b` is not in `/a/bc`. */
export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  const isOutside =
    relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return relative !== '' && !isOutside;
}

/** The target of a path. The folder of a run is `<experiment>/runs/<run>`. */
function targetOfPath(location: string): CommandTarget | undefined {
  if (location === '') return undefined;
  const absolute = path.normalize(location).replace(/(?<=.)[\\/]$/, '');
  const parent = path.dirname(absolute);
  if (path.basename(absolute) === EXPERIMENT_FILE) return { experiment: parent };
  if (path.basename(parent) === RUNS_FOLDER) {
    return { experiment: path.dirname(parent), run: absolute };
  }
  return { experiment: absolute };
}
