import { counted } from '../counted';
import type { Norm } from './request';

/**
 * Something the user must know about a pruning. Layers are 0-based indices of
 * hidden layers unless said otherwise.
 */
export type PruningNote =
  /** Torch-Pruning's rule: a layer that would lose all units loses none. */
  | {
      readonly kind: 'layer-skipped';
      readonly layer: number;
      readonly units: number;
      /** Number of its scores at or below the threshold, including those of phantom units. */
      readonly scores: number;
    }
  /** Torch-Pruning leaves layers of one unit out of its pool. */
  | { readonly kind: 'single-unit'; readonly layer: number }
  /** Because of ties, more scores than requested are at or below the threshold. */
  | {
      readonly kind: 'ties';
      readonly threshold: number;
      readonly wanted: number;
      readonly taken: number;
    }
  /** The layer lost as many units as its cap allows; units of other layers were removed instead. */
  | { readonly kind: 'cap-reached'; readonly layer: number; readonly most: number }
  /** The layer's last unit ranked for removal, but was kept. */
  | { readonly kind: 'minimum-kept'; readonly layer: number }
  /** The number of removed units differs from the number that the ratio asked for. */
  | {
      readonly kind: 'ratio-missed';
      readonly requested: number;
      /** Number of hidden units before the pruning, or before all where the request says so. */
      readonly units: number;
      readonly wanted: number;
      readonly reached: number;
    }
  /** Linear layer `layer` has as many masked weights as its cap allows; others were masked instead, if any. */
  | { readonly kind: 'weight-cap-reached'; readonly layer: number; readonly masked: number }
  /** All weights of Linear layer `layer` are masked: nothing passes through it but its biases. */
  | { readonly kind: 'layer-masked'; readonly layer: number; readonly weights: number }
  /** The number of masked weights differs from the number that the ratio asked for. */
  | {
      readonly kind: 'weight-ratio-missed';
      readonly requested: number;
      /** Number of weights that are ranked. */
      readonly weights: number;
      readonly wanted: number;
      readonly reached: number;
    }
  /** An option without effect on the method. */
  | {
      readonly kind: 'option-unused';
      readonly option: 'norm' | 'normalize';
      readonly value: Norm | boolean;
    };

/** A note as a sentence. */
export function describeNote(note: PruningNote): string {
  switch (note.kind) {
    case 'layer-skipped':
      return `hidden layer ${note.layer} was not pruned: ${note.scores} of its scores are at or below the threshold, and it has only ${counted(note.units, 'unit')}`;
    case 'single-unit':
      return `hidden layer ${note.layer} has only one unit and was not pruned`;
    case 'ties':
      return `${note.taken} scores instead of ${note.wanted} are at or below the threshold ${note.threshold} because of ties`;
    case 'cap-reached':
      return `hidden layer ${note.layer} lost ${counted(note.most, 'unit')}, as many as its cap allows`;
    case 'minimum-kept':
      return `hidden layer ${note.layer} kept its last unit`;
    case 'ratio-missed':
      return `asked for ratio ${note.requested}, ${note.wanted} of ${note.units} hidden units: ${note.reached} were removed`;
    case 'weight-cap-reached':
      return `Linear layer ${note.layer} has ${counted(note.masked, 'masked weight')}, as many as its cap allows`;
    case 'layer-masked':
      return `all weights of Linear layer ${note.layer} are masked, so that its outputs are its biases`;
    case 'weight-ratio-missed':
      return `asked for ratio ${note.requested}, ${note.wanted} of ${note.weights} weights: ${note.reached} are masked`;
    case 'option-unused':
      return `the method ignores ${note.option} ${note.value}`;
  }
}
