import path from 'node:path';
import type { Specification } from '../../core/experiment/specification';
import { EXPERIMENT_FILE } from '../experiments/experimentFile';
import { type Experiment } from '../experiments/openExperiment';

/**
 * The experiment as one of its runs knows it, whatever its file says by now.
 * @param run absolute path of the run's folder
 * @param specification the run's own
 */
export function experimentOfRun(run: string, specification: Specification): Experiment {
  const folder = path.resolve(run, '..', '..');
  return { folder, file: path.join(folder, EXPERIMENT_FILE), specification };
}
