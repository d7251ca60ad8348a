import type { PruningNote } from './notes';
import type { Selection } from './selection';

/**
 * The selection of Torch-Pruning's global pruner in one step. All lists form one pool of length P; with
 * n the {@link truncatedCount} of P, every score at or below the n-th smallest is removed, ties included. A
 * layer where this would remove as many scores as it has units (or more) is not pruned, and a layer of one
 * unit is not in the pool. Scores beyond the layer's width belong to phantom units: they count towards the
 * pool, but remove nothing.
 *
 * Scores are summed in double precision here, in float32 there: scores that differ by a rounding error
 * of float32 may compare differently. As in PyTorch, NaN is above all numbers and is never removed.
 * @param lists per hidden layer the scores, beginning with those of its units
 * @param widths of the hidden layers
 * @param original widths before the first step of an iterative schedule: n is then what it takes for int(P₀·(1 − ratio))
 *   scores to remain, P₀ their number before that step
 */
export function selectByThreshold(
  lists: readonly Float64Array[],
  widths: readonly number[],
  ratio: number,
  original: readonly number[] = widths,
): Selection {
  const wanted = truncatedCount(
    original.reduce((sum, width) => sum + width, 0),
    ratio,
  );
  const pool = Float64Array.from(
    lists.filter((_, layer) => widths[layer] > 1).flatMap((scores) => Array.from(scores)),
  ).sort();
  const first = lists.reduce(
    (sum, { length }, layer) =>
      original[layer] > 1 ? sum + length + original[layer] - widths[layer] : sum,
    0,
  );
  const count = truncatedCount(first, ratio) - (first - pool.length);
  const notes: PruningNote[] = widths.flatMap((width, layer) =>
    width === 1 && wanted > 0 ? [{ kind: 'single-unit', layer }] : [],
  );
  if (count <= 0) return { removed: widths.map(() => []), wanted, notes };

  const threshold = pool[count - 1];
  const taken = pool.filter((score) => score <= threshold).length;
  if (taken > count) notes.push({ kind: 'ties', threshold, wanted: count, taken });
  const removed = widths.map((width, layer) => {
    if (width === 1) return [];
    const below = Array.from(lists[layer].keys()).filter((k) => lists[layer][k] <= threshold);
    if (below.length >= width) {
      notes.push({ kind: 'layer-skipped', layer, units: width, scores: below.length });
      return [];
    }
    return below.filter((k) => k < width);
  });
  return { removed, wanted, notes };
}

/**
 * How many of `total` Torch-Pruning prunes: `total − int(total·(1 − ratio))`, truncating a double, so that
 * 0.9 of 10 is 10: 10·(1 − 0.9) is 0.9999999999999998.
 */
export function truncatedCount(total: number, ratio: number): number {
  return total - Math.trunc(total * (1 - ratio));
}
