import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SpecificationInput } from '../src/core/experiment/specification';
import { polysemanticity, type Ended } from './program';

/** Eight legs that take about a second: there is something to interrupt, and little to repeat. */
const QUICK = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  name: 'Quick',
  seeds: [0, 1],
  features: { count: 8, hidden: [6, 2] },
  data: { samples: 1500, inputs: 4, autoencoder: { epochs: 5 } },
  specimen: { hidden: [24, 12], dropoutTwin: 0.5 },
  training: { epochs: 20 },
  pruning: { ratios: [0.5], retraining: { epochs: 10 } },
  keep: { attributions: 'epochs', specimens: 'stages' },
} satisfies SpecificationInput;

/** Makes the folder of an experiment. */
export async function makeExperiment(
  folder: string,
  specification: SpecificationInput = QUICK,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(specification));
  return folder;
}

/** Another copy of an experiment, without its runs. */
export async function copyOf(experiment: string, to: string): Promise<string> {
  await cp(experiment, to, { recursive: true });
  return to;
}

/** Runs an experiment by the command line, with few threads: several campaigns share a machine. */
export function run(
  experiment: string,
  options: Parameters<typeof polysemanticity>[1] = {},
): Promise<Ended> {
  return polysemanticity(
    ['run', experiment, '--engine', 'simd', '--quiet', '--workers', '2'],
    options,
  );
}

/** Names and digests of the files of an experiment's newest run; empty without a run. */
export async function resultsOf(experiment: string): Promise<Record<string, string>> {
  const runs = path.join(experiment, 'runs');
  const newest = (await readdir(runs).catch(() => [])).sort().at(-1);
  if (newest === undefined) return {};
  const results: Record<string, string> = {};
  for (const name of ['metrics.jsonl', 'attributions.safetensors', 'specimens.safetensors']) {
    const bytes = await readFile(path.join(runs, newest, name)).catch(() => undefined);
    results[name] = bytes ? createHash('sha256').update(bytes).digest('hex') : 'missing';
  }
  return results;
}

/** Which results differ from those that are expected. */
export function differences(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(expected).filter((name) => found[name] !== expected[name]);
}
