import path from 'node:path';
import { EXPERIMENT_FILE } from '../../node/experiments/experimentFile';
import { RUNS_FOLDER } from '../../node/runStore/paths';

/** What an argument of a command means: an experiment, and perhaps one of its runs. */
export interface Place {
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  /** Absolute path of the run's folder. */
  readonly run?: string;
}

/**
 * Reads the argument of a command: an item of the tree, a selection, the address or path of an
 * experiment's file, its folder or the folder of a run.
 * @returns undefined for arguments that mean nothing, such as none
 */
export function placeOf(argument: unknown): Place | undefined {
  if (typeof argument === 'string') return placeOfPath(argument);
  if (typeof argument !== 'object' || argument === null) return undefined;
  // A list, such as all that is selected: its first.
  if (Array.isArray(argument)) return placeOf(argument[0]);
  const { run, runs, experiment, folder, fsPath } = argument as Readonly<Record<string, unknown>>;
  if (typeof run === 'string') {
    const found = placeOfPath(run);
    return found && typeof experiment === 'string' ? { ...found, experiment } : found;
  }
  return placeOf(experiment) ?? placeOf(folder) ?? placeOf(fsPath) ?? placeOf(runs);
}

/** Whether a file is in a folder, or in one below it: `/a/b` is not in `/a/bc`. */
export function isWithin(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** What a path means; that of a run is `<experiment>/runs/<run>`. */
function placeOfPath(location: string): Place | undefined {
  if (location === '') return undefined;
  const absolute = path.normalize(location).replace(/(?<=.)[\\/]$/, '');
  const parent = path.dirname(absolute);
  if (path.basename(absolute) === EXPERIMENT_FILE) return { experiment: parent };
  if (path.basename(parent) === RUNS_FOLDER) {
    return { experiment: path.dirname(parent), run: absolute };
  }
  return { experiment: absolute };
}
