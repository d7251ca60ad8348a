import path from 'node:path';
import { type Leg, legName } from '../../core/experiment/plan';

/** Name of the file that makes a folder an experiment. */
export const EXPERIMENT_FILE = 'experiment.json';

/** Folder of an experiment that holds its runs. */
export const RUNS_FOLDER = 'runs';
/** What makes a run finished. */
export const RUN_FILE = 'run.json';
/** What makes a folder a run, until it is finished. */
export const STARTED_FILE = 'started.json';
export const METRICS_FILE = 'metrics.jsonl';
export const ATTRIBUTIONS_FILE = 'attributions.safetensors';
export const SPECIMENS_FILE = 'specimens.safetensors';
/** What each finished leg leaves until the run is finished. */
export const LEGS_FOLDER = 'legs';

/** How names of files end that will be renamed once they are whole. */
export const TEMPORARY = '.tmp';
/** The tensors of a leg that is not finished. */
export const PARTIAL = '.partial';

/** Where a finished leg keeps its checkpoints. */
export function legFile(folder: string, leg: Leg): string {
  return path.join(folder, LEGS_FOLDER, `${legName(leg)}.safetensors`);
}

/** What says that a leg is finished, and what it has left. */
export function digestFile(folder: string, leg: Leg): string {
  return path.join(folder, LEGS_FOLDER, `${legName(leg)}.json`);
}
