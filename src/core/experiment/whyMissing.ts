import { MEASURES, type MeasureId } from '../measures/table';
import type { Activation } from '../network/layout';

/**
 * The reason why a measure has no value.
 * @param activation of the specimen, if known: some measures are undefined for linear networks
 */
export function whyMissing(id: MeasureId, activation?: Activation): string {
  const measure = MEASURES.find((candidate) => candidate.id === id);
  if (measure?.input === 'activation' && activation === 'linear') {
    return 'the network is linear, and the measure is defined for outputs after a ReLU';
  }
  return measure?.missing ?? `there is no measure ${id}`;
}
