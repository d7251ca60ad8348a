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

/** A leg whose numbers have left the finite ones, and what it was given. */
export interface DivergedLeg {
  readonly leg: Leg;
  readonly draws: Pick<TrainingDraws, 'split' | 'order'>;
}

/**
 * Values up to this size no network of initial weights carries out of float32: where a loss is not
 * finite before anything is learned, larger ones are to blame.
 */
const HARMLESS = 1e6;

/** A loss of a leg's training is not finite: because of the data that it was given, or of the rate. */
export function divergedLoss(
  diverged: LossDivergence,
  { leg, draws }: DivergedLeg,
  context: ExperimentContext,
): LabError {
  const { training } = context.specification;
  const { train } = draws.split;
  // Retraining counts its epochs on from training.
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
  // What is retrained was trained: before an update its own rate has done nothing.
  const field = isFirst ? 'training.learningRate' : rateField(leg);
  return new LabError('numeric', divergenceInWords(legTitle(leg), diverged), { field }, { facts });
}

/** After an epoch, or before the first, something of a leg's specimen is not finite. */
export function divergedSpecimen(
  { leg, draws }: DivergedLeg,
  epoch: number,
  what: 'a parameter' | 'the test error',
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
    : 'weights of the feature model nearer to 0 (features.importance) make smaller ones';
  const reason = `${found}: numbers of the data are too large for float32, ${where}${describeValue(largest)}; ${out}`;
  const field = isImported ? 'data.data' : 'features.importance';
  return new LabError('numeric', reason, { field }, { facts });
}

/** Which setting decides whether a leg diverges. */
function rateField(leg: Leg): string {
  return leg.requested === null ? 'training.learningRate' : 'pruning.retraining.learningRate';
}
