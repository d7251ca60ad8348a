import type { ExperimentEvent } from '../../../core/experiment/events';
import { invalid } from '../../../core/errors';
import { dataSourceOf, toyDataFile } from './dataSources';
import type { Experiment } from '../../experiments/openExperiment';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../../files/eventLoop';
import { requireResources } from '../../experiments/resources';

export interface GenerateOptions {
  readonly signal?: AbortSignal;
  /** Generates the data even if the same data exists. */
  readonly force?: boolean;
}

/**
 * Generates an experiment's toy data with its ground truth, and stores it in the experiment's folder.
 * @throws LabError when the experiment imports its data, memory or disk is too small, or the file cannot be
 * written
 */
export async function* generateExperimentData(
  experiment: Experiment,
  { signal, force }: GenerateOptions = {},
): AsyncGenerator<ExperimentEvent, { file: string }> {
  if (experiment.specification.data.source !== 'generated') {
    throw invalid('the data is imported, there is nothing to generate', {
      file: experiment.file,
      field: 'data.source',
    });
  }
  const { folder, file, specification } = experiment;
  await requireResources(specification, { folder, file, dataOnly: true });
  const { engine } = fastestLocalEngine();
  try {
    const { report, warnings } = yield* dataSourceOf(experiment, engine, { fresh: force })(
      nodePace(signal),
    );
    yield { type: 'data-ready', report };
    for (const message of warnings) yield { type: 'warning', message };
  } finally {
    engine.dispose();
  }
  return { file: toyDataFile(experiment) };
}
