import type { Specification } from '../../../core/experiment/specification';
import { writeFileAtomic } from '../../files/files';
import { writeNotebook } from '../nbformat/notebookFile';
import { experimentNotebook } from './experimentNotebook';

/**
 * Writes the notebook of an experiment, not executed.
 * @param file in the experiment's folder
 * @throws LabError (`storage`) when it cannot be written
 */
export async function writeExperimentNotebook(
  specification: Specification,
  file: string,
): Promise<void> {
  await writeFileAtomic(file, writeNotebook(experimentNotebook(specification)));
}
