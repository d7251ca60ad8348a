import { hiddenWidths, type Layout, type Network } from './layout';

/**
 * The network under study. After pruning it is really smaller, so each of its units remembers
 * which unit of the unpruned network it was.
 */
export interface Specimen extends Network {
  /** Per hidden layer, ascending: the original index of each unit that is left. */
  readonly units: readonly (readonly number[])[];
}

/** An unpruned specimen: unit k is unit k. */
export function specimenOf(layout: Layout, parameters: Float32Array): Specimen {
  const units = hiddenWidths(layout).map((width) => Array.from({ length: width }, (_, k) => k));
  return { layout, parameters, units };
}
