import {
  describeValue,
  LARGEST_TO_SQUARE,
  largestValue,
  type DataValue,
} from '../data/largestValue';
import type { Diverged } from '../engine/requireFinite';
import { LabError } from '../errors';
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
  error: Diverged,
  { leg, draws }: DivergedLeg,
  context: ExperimentContext,
): LabError {
  const { training } = context.specification;
  const { train } = draws.split;
  // Retraining counts its epochs on from training.
  const epoch = error.epoch + (leg.requested === null ? 0 : training.epochs);
  const batch = draws
    .order(epoch)
    .slice(error.step * training.batchSize, (error.step + 1) * training.batchSize)
    .map((sample) => train[sample]);
  const largest = largestValue(context.data, batch);
  const loss = `the loss of ${legTitle(leg)} is ${error.loss} in epoch ${error.epoch}, step ${error.step + 1}`;
  if (Math.abs(largest.value) > (error.isBeforeLearning ? HARMLESS : LARGEST_TO_SQUARE)) {
    const when = error.isBeforeLearning ? ', before any update' : '';
    return becauseOfData(`${loss}${when}`, largest, context, error);
  }
  // What is retrained was trained: before an update its own rate has done nothing.
  const field = error.isBeforeLearning ? 'training.learningRate' : rateField(leg);
  return new LabError('numeric', error.messageFor(legTitle(leg)), { field }, { cause: error });
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
  const isUntrained = leg.requested === null && epoch === 0;
  if (Math.abs(largest.value) > (isUntrained ? HARMLESS : LARGEST_TO_SQUARE)) {
    const when = isUntrained ? 'before training' : `after epoch ${epoch}`;
    return becauseOfData(`${found} ${when}`, largest, context);
  }
  return new LabError(
    'numeric',
    `training diverged: ${found} after epoch ${epoch}; a smaller learning rate may help`,
    { field: rateField(leg) },
  );
}

function becauseOfData(
  found: string,
  largest: DataValue,
  { specification: { data } }: ExperimentContext,
  cause?: Error,
): LabError {
  const isImported = data.source === 'imported';
  const where = isImported ? `${data.data} ` : 'the generated data, ';
  const out = isImported
    ? 'scale the data, for example to a standard deviation of 1'
    : 'weights of the feature model nearer to 0 (features.importance) make smaller ones';
  const reason = `${found}: numbers of the data are too large for float32, ${where}${describeValue(largest)}; ${out}`;
  const field = isImported ? 'data.data' : 'features.importance';
  return new LabError('numeric', reason, { field }, { cause });
}

/** Which setting decides whether a leg diverges. */
function rateField(leg: Leg): string {
  return leg.requested === null ? 'training.learningRate' : 'pruning.retraining.learningRate';
}
