import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseSpecification } from '../../core/experiment/parse';
import type { Specification } from '../../core/experiment/specification';
import { EXPERIMENT_FILE } from '../runStore/paths';
import { FILE_KINDS } from '../files/fileKinds';
import { readText } from '../files/files';
import { storageError } from '../files/storageError';

/** An experiment on disk: a folder with an `experiment.json`. */
export interface Experiment {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Absolute path of its `experiment.json`. */
  readonly file: string;
  readonly specification: Specification;
}

/**
 * Opens an experiment.
 * @param location its folder, or its specification file
 * @throws LabError when it does not exist, or its specification is not valid
 */
export async function openExperiment(location: string): Promise<Experiment> {
  const absolute = path.resolve(location);
  const isFolder = await stat(absolute).then(
    (stats) => stats.isDirectory(),
    (error: unknown) => {
      throw storageError(error, absolute, 'open the experiment');
    },
  );
  const file = isFolder ? path.join(absolute, EXPERIMENT_FILE) : absolute;
  const specification = parseSpecification(await readText(file, FILE_KINDS.experiment), file);
  return { folder: path.dirname(file), file, specification };
}
