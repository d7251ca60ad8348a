import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SpecificationInput } from '../../../src/core/experiment/specification';
import { executeRun } from '../../../src/node/compute/execute';
import { openExperiment } from '../../../src/node/experiments/openExperiment';

/**
 * Runs a tiny experiment in a folder.
 * @param others sections that replace those of the specification
 * @returns the folder of its run
 */
export async function executeTiny(
  folder: string,
  attributions: 'none' | 'stages' | 'epochs',
  others: Partial<SpecificationInput> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const specification = {
    name: 'Tiny',
    seeds: [1],
    features: { count: 5 },
    data: { samples: 40, inputs: 2, autoencoder: { epochs: 2 } },
    specimen: { hidden: [4, 3], dropoutTwin: 0.5 },
    training: { epochs: 3, batchSize: 8 },
    pruning: { ratios: [0.3], retraining: { epochs: 2 } },
    measures: { nullNeurons: 28 },
    keep: { attributions, specimens: 'stages' },
    ...others,
  };
  await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(specification));
  let run = '';
  const events = executeRun(await openExperiment(folder), {
    engine: 'typescript',
    onRunFolder: (place) => (run = place),
  });
  let event = await events.next();
  while (!event.done) event = await events.next();
  return run;
}
