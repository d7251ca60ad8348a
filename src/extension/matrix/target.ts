import path from 'node:path';
import type { MatrixPart } from '../../protocol/matrix';
import type { ExperimentEntry } from '../experiments/experimentIndex';

/** The checkpoint, layer and neuron that an argument of the command names; what is not valid is left out. */
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

/** The run to show: the one that is named, else the newest that has results or is running. */
export function runOf({ runs }: ExperimentEntry, named: string | undefined): string | undefined {
  if (named !== undefined) {
    return runs.find(({ folder }) => folder === path.normalize(named))?.folder;
  }
  const best = runs.find(({ state }) => state === 'finished' || state === 'running');
  return (best ?? runs.find(({ state }) => state === 'unfinished') ?? runs.at(0))?.folder;
}
