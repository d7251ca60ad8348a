import { hiddenWidths, type Layout, type Network } from './layout';

/**
 * The network under study. Pruning makes it smaller, so it records the original index of each unit that
 * remains.
 */
export interface Specimen extends Network {
  /** Per hidden layer, ascending: the index in the unpruned network of each remaining unit. */
  readonly units: readonly (readonly number[])[];
}

/** An unpruned specimen. */
export function specimenOf(layout: Layout, parameters: Float32Array): Specimen {
  const units = hiddenWidths(layout).map((width) => Array.from({ length: width }, (_, k) => k));
  return { layout, parameters, units };
}
