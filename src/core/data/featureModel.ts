import { counted } from '../counted';
import { invalid, show } from '../errors';
import {
  layersOf,
  parameterCount,
  type Activation,
  type Layout,
  type Network,
} from '../network/layout';
import type { BitSource } from '../random/bitSource';
import { uniformBetween } from '../random/torch';
import { defaultLayerSizes, drawLayerSizes, type LayerSizeBounds } from './layerSizes';
import { requireCount } from './requirements';

/** Range of the feature model's weights, which are uniform in it before small ones become 0. */
export interface Importance {
  readonly low: number;
  readonly high: number;
}

/** Parameters of the distribution of feature models. */
export interface FeatureModelOptions {
  /** Number of features F. */
  readonly features: number;
  /** Features on each hidden layer, summing to F; random widths if left out. */
  readonly hidden?: readonly number[];
  /** Bounds of random widths; by default {@link defaultLayerSizes}. */
  readonly layerSize?: LayerSizeBounds;
  readonly outputDim: number;
  /** Follows each hidden layer except the first, which is always linear. */
  readonly activation: Activation;
  /** By default {@link DEFAULT_IMPORTANCE}. */
  readonly importance?: Importance;
  /** Smaller weights become 0; by default {@link DEFAULT_IMPORTANCE_BOUND}. */
  readonly importanceBound?: number;
}

export const DEFAULT_IMPORTANCE: Importance = { low: -1, high: 1 };
export const DEFAULT_IMPORTANCE_BOUND = 0.1;

/** A neuron with fewer nonzero weights would only copy a feature. */
const MIN_WEIGHTS = 2;

/**
 * Draws a hierarchical ground-truth network: F inputs, hidden layers whose pre-activations are the F
 * features, and outputs that depend on all of them. No activation follows the first hidden layer.
 *
 * Every weight is uniform in `importance`; |w| < `importanceBound` becomes 0. A neuron left with fewer
 * than two nonzero weights (one, if it has one input) gets new ones at random places, uniform over the part
 * of `importance` at or above the bound. Biases are 0.5 − W·0.5, so inputs of 0.5 give pre-activations of
 * 0.5 in every layer, since ReLU does not change positive values.
 * @throws LabError when an option is out of range, naming it as in `ToyDataOptions`
 */
export function drawFeatureModel(options: FeatureModelOptions, source: BitSource): Network {
  const { features, outputDim, activation } = options;
  requireCount(features, 'features.count');
  requireCount(outputDim, 'outputDim');
  const weight = weightDraws(options, source);
  const hidden = options.hidden
    ? requireHidden(options.hidden, features)
    : drawLayerSizes(features, options.layerSize ?? defaultLayerSizes(features), source);
  const layout: Layout = {
    widths: [features, ...hidden, outputDim],
    activations: hidden.map((_, l) => (l === 0 ? 'linear' : activation)),
  };
  const model = { layout, parameters: new Float32Array(parameterCount(layout)) };
  for (const { inputs, outputs, weights, biases } of layersOf(model)) {
    for (let o = 0; o < outputs; o++) {
      const row = weights.subarray(o * inputs, (o + 1) * inputs);
      for (let i = 0; i < inputs; i++) row[i] = weight.any();
      let present = row.filter((w) => w !== 0).length;
      while (present < Math.min(MIN_WEIGHTS, inputs)) {
        const i = source.uint32() % inputs;
        if (row[i] !== 0) continue;
        row[i] = weight.present();
        present++;
      }
      biases[o] = 0.5 - 0.5 * row.reduce((sum, w) => sum + w, 0);
    }
  }
  return model;
}

function requireHidden(hidden: readonly number[], features: number): readonly number[] {
  const field = 'features.hidden';
  hidden.forEach((width, l) => requireCount(width, `${field}[${l}]`));
  const sum = hidden.reduce((total, width) => total + width, 0);
  if (sum !== features) {
    throw invalid(
      `widths ${hidden.join(', ')} sum to ${counted(sum, 'feature')}, not ${features}`,
      { field },
    );
  }
  return hidden;
}

/** `any`: uniform in the importance, small weights 0; `present`: uniform where |w| reaches the bound. */
function weightDraws(
  {
    importance = DEFAULT_IMPORTANCE,
    importanceBound = DEFAULT_IMPORTANCE_BOUND,
  }: FeatureModelOptions,
  source: BitSource,
): { any: () => number; present: () => number } {
  const { low, high } = importance;
  if (!Number.isFinite(low) || !Number.isFinite(high) || low >= high) {
    throw invalid(`must have finite low < high, not ${show(importance)}`, {
      field: 'features.importance',
    });
  }
  const largest = Math.max(-low, high);
  const bound = Math.fround(importanceBound);
  if (!(bound >= 0 && bound < largest)) {
    throw invalid(
      `must be at least 0 and less than the largest |weight|, ${largest}, not ${show(importanceBound)}`,
      { field: 'features.importanceBound' },
    );
  }
  const negative = Math.max(0, Math.min(high, -bound) - low);
  const positiveLow = Math.max(low, bound);
  const positive = Math.max(0, high - positiveLow);
  return {
    any() {
      const w = uniformBetween(source, low, high);
      return Math.abs(w) < bound ? 0 : w;
    },
    present() {
      // Offset by half a step, so that a weight is never exactly 0, even with a bound of 0.
      const u = ((source.uint32() + 0.5) / 2 ** 32) * (negative + positive);
      return Math.fround(u < negative ? low + u : positiveLow + (u - negative));
    },
  };
}
