import type { ProbeName } from '../attribution/probe';
import { ACTIVITIES, type ActivityId } from '../measures/activity';
import { MEASURES, type MeasureId } from '../measures/table';
import type { Activation } from '../network/layout';

/**
 * The reason why a measure has no value.
 * @param activation of the specimen, if known: some measures are undefined for linear networks
 * @param probe of the reading; by default `one-hot`
 */
export function whyMissing(
  id: MeasureId | ActivityId,
  activation?: Activation,
  probe: ProbeName = 'one-hot',
): string {
  const onData = ACTIVITIES.find((candidate) => candidate.id === id);
  if (onData) {
    return activation === 'linear' && onData.id !== 'activationOnData' ? LINEAR : onData.missing;
  }
  const measure = MEASURES.find((candidate) => candidate.id === id);
  if (measure?.input === 'activation') {
    if (activation === 'linear') return LINEAR;
    if (probe === 'distribution') {
      return ACTIVITIES.find((candidate) => candidate.id === 'selectivityOnData')?.missing ?? '';
    }
  }
  return measure?.missing ?? `there is no measure ${id}`;
}

const LINEAR = 'the network is linear, and the measure is defined for outputs after a ReLU';

/** The reason why the columns of the distribution probe are empty after most epochs. */
export const NOT_MADE =
  'the probe "distribution" is read at the ends of stages only, and wherever a matrix or weights are kept';
