import {
  NULL_VERSION,
  type MeasuredNull,
  type RunNull,
} from '../../../src/core/experiment/runNull';
import { MEASURES, type MeasureId } from '../../../src/core/measures/table';

/** The null of a run: of every measure 2 ± 0.01, but for the levels that a test says. */
export function exampleNull(levels: Partial<Record<MeasureId, number | null>> = {}): RunNull {
  const entries = MEASURES.map(({ id, level }): [MeasureId, MeasuredNull] => {
    const { [id]: mean = 2 } = levels;
    const known = mean !== null;
    return [
      id,
      {
        of: level === 'neuron' && id !== 'entropyMinMax' ? 'neuron' : 'net',
        mean,
        sd: known ? 0.8 : null,
        standardError: known ? 0.01 : null,
        low: known ? 1 : null,
        high: known ? 3 : null,
        count: known ? 6400 : 0,
      },
    ];
  });
  return {
    version: NULL_VERSION,
    rows: 'pre-activation',
    readouts: 6400,
    nets: 64,
    widths: [8, 4],
    measures: Object.fromEntries(entries),
  };
}
