import { MEASURES, type MeasureId } from '../measures/table';
import type { Activation } from '../network/layout';

/**
 * Why a measure has no value, in words.
 * @param activation of the specimen, where it is known: a linear one lacks whole measures
 */
export function whyMissing(id: MeasureId, activation?: Activation): string {
  const measure = MEASURES.find((candidate) => candidate.id === id);
  if (measure?.input === 'activation' && activation === 'linear') {
    return 'the network is linear, and the measure is of what neurons put out after a ReLU';
  }
  return measure?.missing ?? `there is no measure ${id}`;
}
