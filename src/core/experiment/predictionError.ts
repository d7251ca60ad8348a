import type { DataSet } from '../data/dataSet';
import type { MaybeNumber } from './metricsRow';

/**
 * Mean squared error over samples and outputs, and R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², with ȳ the mean of
 * each output; null where the targets do not vary.
 * @param predictions `[samples, outputs]`
 * @param variation result of {@link targetVariation}, if known
 */
export function predictionError(
  predictions: Float32Array,
  data: DataSet,
  variation = targetVariation(data),
): { testLoss: number; r2: MaybeNumber } {
  const { targets, outputDim } = data;
  let residual = 0;
  for (let o = 0; o < outputDim; o++) {
    for (let i = o; i < targets.length; i += outputDim) {
      const error = targets[i] - predictions[i];
      residual += error * error;
    }
  }
  const r2 = 1 - residual / variation;
  return { testLoss: residual / targets.length, r2: Number.isFinite(r2) ? r2 : null };
}

/** Σ(y − ȳ)², with ȳ the mean of each output. */
export function targetVariation({ targets, samples, outputDim }: DataSet): number {
  let total = 0;
  for (let o = 0; o < outputDim; o++) {
    let mean = 0;
    for (let i = o; i < targets.length; i += outputDim) mean += targets[i];
    mean /= samples;
    for (let i = o; i < targets.length; i += outputDim) {
      const deviation = targets[i] - mean;
      total += deviation * deviation;
    }
  }
  return total;
}

/** Mean of the losses of an epoch's batches, weighted by their number of samples. @param losses `[steps]` */
export function meanLoss(losses: Float64Array, samples: number, batchSize: number): number {
  const sum = losses.reduce(
    (total, loss, s) => total + loss * Math.min(batchSize, samples - s * batchSize),
    0,
  );
  return sum / samples;
}
