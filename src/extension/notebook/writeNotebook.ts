import * as vscode from 'vscode';
import type { ExperimentEntry } from '../experiments/experimentIndex';

/** Writes the notebook of an experiment. @throws Error if the specification is not valid */
export async function writeNotebook(
  { name, specification, problem }: ExperimentEntry,
  file: string,
): Promise<void> {
  if (!specification) {
    throw new Error(vscode.l10n.t('{0} has no valid specification: {1}', name, problem ?? ''));
  }
  const { writeExperimentNotebook } =
    await import('../../node/notebook/template/experimentNotebook');
  await writeExperimentNotebook(specification, file);
}
