import type { PruningNote } from './notes';
import type { PruningRequest } from './request';
import type { Selection } from './selection';

/** How many units a hidden layer may lose, and which rule sets the limit. */
export interface LayerLimit {
  readonly most: number;
  readonly because: 'cap' | 'minimum' | 'per-layer';
}

/**
 * Number of units that a ratio asks for: the nearest integer, halves rounded up. Truncating would give 28
 * for 0.29 of 100 units, since the product is 28.999999999999996.
 */
export function nearestCount(units: number, ratio: number): number {
  return Math.round(units * ratio);
}

/** Each layer's limit: its `perLayer` count, its cap, or all units but one. */
export function limitsOf(
  { caps, perLayer }: Pick<PruningRequest, 'caps' | 'perLayer'>,
  widths: readonly number[],
): LayerLimit[] {
  return widths.map((width, layer) => {
    if (perLayer !== undefined) return { most: perLayer[layer], because: 'per-layer' };
    const cap = (typeof caps === 'object' ? caps[layer] : caps) ?? 1;
    const capped = largestCount(width, cap);
    return capped < width
      ? { most: capped, because: 'cap' }
      : { most: width - 1, because: 'minimum' };
  });
}

/** Largest count whose share of `width` is at most `cap`, compared as doubles: 29 for 0.29 of 100. */
function largestCount(width: number, cap: number): number {
  const count = Math.floor(width * cap);
  if ((count + 1) / width <= cap) return count + 1;
  return count / width <= cap ? count : count - 1;
}

/**
 * Removes `count` units in the given order, skipping layers that have reached their limit: the next units
 * in the order are removed instead, as far as the limits allow.
 * @param order all hidden units, numbered through the layers of these widths
 */
export function takeInOrder(
  order: ArrayLike<number>,
  count: number,
  widths: readonly number[],
  limits: readonly LayerLimit[],
): Pick<Selection, 'removed' | 'notes'> {
  const layerOf = widths.flatMap((width, layer) => Array<number>(width).fill(layer));
  const starts = widths.map((_, layer) => layerOf.indexOf(layer));
  const removed: number[][] = widths.map(() => []);
  const stopped = new Set<number>();
  for (let i = 0, left = count; i < order.length && left > 0; i++) {
    const layer = layerOf[order[i]];
    if (removed[layer].length < limits[layer].most) {
      removed[layer].push(order[i] - starts[layer]);
      left--;
    } else {
      stopped.add(layer);
    }
  }
  return {
    removed,
    notes: [...stopped].sort((a, b) => a - b).flatMap((l) => noteOf(l, limits[l])),
  };
}

function noteOf(layer: number, { most, because }: LayerLimit): PruningNote[] {
  switch (because) {
    case 'cap':
      return [{ kind: 'cap-reached', layer, most }];
    case 'minimum':
      return [{ kind: 'minimum-kept', layer }];
    case 'per-layer':
      return [];
  }
}
