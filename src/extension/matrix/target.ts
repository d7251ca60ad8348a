import path from 'node:path';
import type { MatrixPart } from '../../protocol/matrix';
import type { ExperimentEntry } from '../experiments/experimentIndex';

/** Reads checkpoint, layer and neuron from the argument of the command, and drops values that are not valid. */
export function partOf(argument: unknown): Pick<MatrixPart, 'checkpoint' | 'layer' | 'unit'> {
  const given = (Array.isArray(argument) ? argument[0] : argument) as unknown;
  if (typeof given !== 'object' || given === null) return {};
  const { checkpoint, layer, unit } = given as Readonly<Record<string, unknown>>;
  const index = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
  return {
    checkpoint: typeof checkpoint === 'string' ? checkpoint : undefined,
    layer: index(layer),
    unit: index(unit),
  };
}

/** The folder of the run to show: the named one, else the newest finished or active, unfinished or damaged one. */
export function runOf({ runs }: ExperimentEntry, named: string | undefined): string | undefined {
  if (named !== undefined) {
    return runs.find(({ folder }) => folder === path.normalize(named))?.folder;
  }
  const best = runs.find(({ state }) => state === 'finished' || state === 'running');
  return (best ?? runs.find(({ state }) => state === 'unfinished') ?? runs.at(0))?.folder;
}
