import type { PruningNote } from './notes';

/** Which units a method chose. */
export interface Selection {
  /** Per hidden layer, in any order: positions in the layer as it is, not original indices. */
  readonly removed: readonly (readonly number[])[];
  /** Number of hidden units that the ratio asked for, by the method's way of counting. */
  readonly wanted: number;
  readonly notes: readonly PruningNote[];
}
