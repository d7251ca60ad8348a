import type { PruningRequest } from './request';

/** How many units or weights a layer may lose, and which rule sets the limit. */
export interface LayerLimit {
  readonly most: number;
  readonly because: 'cap' | 'minimum' | 'all';
}

/** What a selection takes from layers. */
export interface Taken {
  /** Per layer, in order of removal: positions in the layer. */
  readonly removed: readonly (readonly number[])[];
  /** Ascending: layers that reached their limit while more of them ranked for removal. */
  readonly stopped: readonly number[];
}

/**
 * Number of units that a ratio asks for: the nearest integer, halves rounded up. Truncating would give 28
 * for 0.29 of 100 units, since the product is 28.999999999999996.
 */
export function nearestCount(units: number, ratio: number): number {
  return Math.round(units * ratio);
}

/**
 * Number of weights that a ratio asks for: the nearest integer, halves rounded to even as Python's `round` does
 * in `torch.nn.utils.prune`.
 */
export function nearestEvenCount(weights: number, ratio: number): number {
  const product = weights * ratio;
  const below = Math.floor(product);
  if (product - below !== 0.5) return Math.round(product);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * Each layer's limit: its cap, or all that may go.
 * @param sizes of the layers, which caps refer to
 * @param gone how many each layer has lost before
 * @param kept how many must remain in each layer
 */
export function limitsOf(
  caps: PruningRequest['caps'],
  sizes: readonly number[],
  gone: readonly number[],
  kept: 0 | 1,
): LayerLimit[] {
  return sizes.map((size, layer) => {
    const cap = (typeof caps === 'object' ? caps[layer] : caps) ?? 1;
    const capped = largestCount(size, cap);
    return capped < size
      ? { most: Math.max(0, Math.min(capped, size - kept) - gone[layer]), because: 'cap' }
      : { most: size - kept - gone[layer], because: kept > 0 ? 'minimum' : 'all' };
  });
}

/** Largest count whose share of `size` is at most `cap`, compared as doubles: 29 for 0.29 of 100. */
function largestCount(size: number, cap: number): number {
  const count = Math.floor(size * cap);
  if ((count + 1) / size <= cap) return count + 1;
  return count / size <= cap ? count : count - 1;
}

/**
 * Takes in the given order as many as the goal says, as far as the limits allow. With one goal for all layers,
 * layers that have reached their limit are skipped: the next in the order are taken instead.
 * @param order positions, numbered through layers of these sizes; it may leave some out
 * @param goal for all layers together, or one for each
 */
export function takeInOrder(
  order: ArrayLike<number>,
  goal: readonly number[] | number,
  sizes: readonly number[],
  limits: readonly LayerLimit[],
): Taken {
  const starts = startsOf(sizes);
  const own = typeof goal === 'number' ? undefined : goal;
  let left = typeof goal === 'number' ? goal : Infinity;
  const removed: number[][] = sizes.map(() => []);
  const stopped = new Set<number>();
  for (let i = 0; i < order.length && left > 0; i++) {
    const layer = layerAt(starts, order[i]);
    const count = removed[layer].length;
    if (own && count >= own[layer]) continue;
    if (count < limits[layer].most) {
      removed[layer].push(order[i] - starts[layer]);
      left--;
    } else {
      stopped.add(layer);
    }
  }
  return { removed, stopped: [...stopped].sort((a, b) => a - b) };
}

/** Total of counts. */
export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function startsOf(sizes: readonly number[]): number[] {
  let next = 0;
  return sizes.map((size) => (next += size) - size);
}

function layerAt(starts: readonly number[], position: number): number {
  let layer = starts.length - 1;
  while (starts[layer] > position) layer--;
  return layer;
}
