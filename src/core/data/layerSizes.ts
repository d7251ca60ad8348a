import { invalid, show } from '../errors';
import type { BitSource } from '../random/bitSource';

/** Inclusive bounds on the number of features in a hidden layer of the feature model. */
export interface LayerSizeBounds {
  readonly minimum: number;
  readonly maximum: number;
}

/** A quarter to three quarters of the features per layer, which usually gives two or three layers. */
export function defaultLayerSizes(features: number): LayerSizeBounds {
  return {
    minimum: Math.max(1, Math.floor(features / 4)),
    maximum: Math.ceil((3 * features) / 4),
  };
}

/**
 * Random widths of hidden layers that sum to `features`, by the rule of the thesis. Widths are uniform in a
 * window that starts as [(minimum + maximum)/2, maximum], halves rounded down. Once the remainder no longer
 * exceeds the window's upper end, the window slides down: its lower end becomes the upper end, and
 * (minimum + upper end)/2 the lower end; so deeper layers tend to be smaller. Once the window has shrunk to
 * `minimum`, a remainder of exactly that width becomes a layer; a smaller one is added to the existing
 * layers, first to last, up to `maximum`, and what then remains becomes a last layer, the only one that may
 * be below `minimum`.
 * @returns at least one width; their sum is `features`, none is above `maximum`
 * @throws LabError unless features ≥ 1 and 1 ≤ minimum ≤ maximum, all integers
 */
export function drawLayerSizes(
  features: number,
  bounds: LayerSizeBounds,
  source: BitSource,
): number[] {
  const { minimum, maximum } = requireBounds(bounds);
  const widths: number[] = [];
  let left = features;
  const place = (width: number): void => {
    widths.push(width);
    left -= width;
  };
  let upper = maximum;
  let lower = halfway(minimum, upper);
  while (left > upper || upper > minimum) {
    if (left > upper) {
      place(lower + (source.uint32() % (upper - lower + 1)));
    } else {
      upper = lower;
      lower = halfway(minimum, upper);
    }
  }
  if (left < minimum) {
    for (let l = 0; l < widths.length; l++) {
      const added = Math.min(left, maximum - widths[l]);
      widths[l] += added;
      left -= added;
    }
  }
  if (left > 0) place(left);
  return widths;
}

function halfway(minimum: number, upper: number): number {
  return Math.floor((minimum + upper) / 2);
}

function requireBounds(bounds: LayerSizeBounds): LayerSizeBounds {
  const { minimum, maximum } = bounds;
  if (!Number.isSafeInteger(minimum) || minimum < 1) {
    throw invalid(`must be an integer of at least 1, not ${show(minimum)}`, {
      field: 'features.layerSize.minimum',
    });
  }
  if (!Number.isSafeInteger(maximum) || maximum < minimum) {
    throw invalid(`must be an integer of at least the minimum, ${minimum}, not ${show(maximum)}`, {
      field: 'features.layerSize.maximum',
    });
  }
  return bounds;
}
