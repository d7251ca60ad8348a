import path from 'node:path';
import { type Leg, legName } from '../../core/experiment/plan';

/** Name of the file that makes a folder an experiment. */
export const EXPERIMENT_FILE = 'experiment.json';

/** Folder of an experiment that holds its runs. */
export const RUNS_FOLDER = 'runs';
/** Exists once a run is finished. */
export const RUN_FILE = 'run.json';
/** Exists until a run is finished. */
export const STARTED_FILE = 'started.json';
export const METRICS_FILE = 'metrics.jsonl';
export const ATTRIBUTIONS_FILE = 'attributions.safetensors';
export const SPECIMENS_FILE = 'specimens.safetensors';
/** Holds the files of finished legs until the run is finished. */
export const LEGS_FOLDER = 'legs';

/** Extension of files that are renamed once they are complete. */
export const TEMPORARY = '.tmp';
/** Extension of the tensors of an unfinished leg. */
export const PARTIAL = '.partial';

/** The file with the checkpoints of a finished leg. */
export function legFile(folder: string, leg: Leg): string {
  return path.join(folder, LEGS_FOLDER, `${legName(leg)}.safetensors`);
}

/** The file with the digests of a leg; exists once the leg is finished. */
export function digestFile(folder: string, leg: Leg): string {
  return path.join(folder, LEGS_FOLDER, `${legName(leg)}.json`);
}
