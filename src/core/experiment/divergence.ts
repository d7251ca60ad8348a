import {
  describeValue,
  LARGEST_TO_SQUARE,
  largestValue,
  type DataValue,
} from '../data/largestValue';
import { divergenceInWords, isBeforeLearning, type LossDivergence } from '../engine/requireFinite';
import { LabError, type ErrorFacts } from '../errors';
import type { TrainingDraws } from '../training/draws';
import type { ExperimentContext } from './context';
import { legTitle, type Leg } from './plan';

/** A leg whose training gave numbers that are not finite. */
export interface DivergedLeg {
  readonly leg: Leg;
  readonly draws: Pick<TrainingDraws, 'split' | 'order'>;
}

/**
 * Initial weights never turn values up to this size into float32 overflow: if a loss is not finite before
 * any update, larger values in the data are the cause.
 */
const HARMLESS = 1e6;

/** The error for a loss that is not finite: caused by the batch's data or by the learning rate. */
export function divergedLoss(
  diverged: LossDivergence,
  { leg, draws }: DivergedLeg,
  context: ExperimentContext,
): LabError {
  const { training } = context.specification;
  const { train } = draws.split;
  // The epochs of retraining continue the count of training.
  const epoch = diverged.epoch + (leg.requested === null ? 0 : training.epochs);
  const batch = draws
    .order(epoch)
    .slice(diverged.step * training.batchSize, (diverged.step + 1) * training.batchSize)
    .map((sample) => train[sample]);
  const largest = largestValue(context.data, batch);
  const isFirst = isBeforeLearning(diverged);
  const facts = { diverged: { ...diverged, leg } };
  const loss = `the loss of ${legTitle(leg)} is ${diverged.loss} in epoch ${diverged.epoch}, step ${diverged.step + 1}`;
  if (Math.abs(largest.value) > (isFirst ? HARMLESS : LARGEST_TO_SQUARE)) {
    return becauseOfData(`${loss}${isFirst ? ', before any update' : ''}`, largest, context, facts);
  }
  // Before the first update of retraining only the rate of the training before can be the cause.
  const field = isFirst ? 'training.learningRate' : rateField(leg);
  return new LabError('numeric', divergenceInWords(legTitle(leg), diverged), { field }, { facts });
}

/** The error for a specimen that is not finite after an epoch, or before the first. */
export function divergedSpecimen(
  { leg, draws }: DivergedLeg,
  epoch: number,
  what: 'a parameter' | 'the test loss',
  context: ExperimentContext,
): LabError {
  const { train, test } = draws.split;
  const largest = largestValue(context.data, what === 'a parameter' ? train : test);
  const found = `${what} of ${legTitle(leg)} is not finite`;
  const facts = { diverged: { leg, epoch } };
  const isUntrained = leg.requested === null && epoch === 0;
  if (Math.abs(largest.value) > (isUntrained ? HARMLESS : LARGEST_TO_SQUARE)) {
    const when = isUntrained ? 'before training' : `after epoch ${epoch}`;
    return becauseOfData(`${found} ${when}`, largest, context, facts);
  }
  return new LabError(
    'numeric',
    `training diverged: ${found} after epoch ${epoch}; a smaller learning rate may help`,
    { field: rateField(leg) },
    { facts },
  );
}

function becauseOfData(
  found: string,
  largest: DataValue,
  { specification: { data } }: ExperimentContext,
  facts: ErrorFacts,
): LabError {
  const isImported = data.source === 'imported';
  const where = isImported ? `${data.data} ` : 'the generated data, ';
  const out = isImported
    ? 'scale the data, for example to a standard deviation of 1'
    : 'reduce the weights of the feature model (features.importance)';
  const reason = `${found}: the data has numbers too large for float32, ${where}${describeValue(largest)}; ${out}`;
  const field = isImported ? 'data.data' : 'features.importance';
  return new LabError('numeric', reason, { field }, { facts });
}

/** The learning rate that a leg uses. */
function rateField(leg: Leg): string {
  return leg.requested === null ? 'training.learningRate' : 'pruning.retraining.learningRate';
}
