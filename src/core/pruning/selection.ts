import type { PruningNote } from './notes';

/** The units that a method chose to remove. */
export interface Selection {
  /** Per hidden layer, in any order: positions in the current layer, not original indices. */
  readonly removed: readonly (readonly number[])[];
  /** Number of hidden units that the ratio asks for, by the method's way of counting. */
  readonly wanted: number;
  readonly notes: readonly PruningNote[];
}
