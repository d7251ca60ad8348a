import type { Norm } from './request';

/** What a pruning did that its user must know. Layers are 0-based indices of hidden layers. */
export type PruningNote =
  /** Torch-Pruning's rule: a layer that would lose everything loses nothing. */
  | {
      readonly kind: 'layer-skipped';
      readonly layer: number;
      readonly units: number;
      /** Its scores at or below the threshold, phantoms included. */
      readonly scores: number;
    }
  /** Torch-Pruning leaves a layer of one unit out of its pool. */
  | { readonly kind: 'single-unit'; readonly layer: number }
  /** More scores than wanted are at or below the threshold, because some equal it. */
  | {
      readonly kind: 'ties';
      readonly threshold: number;
      readonly wanted: number;
      readonly taken: number;
    }
  /** Units were due, but the layer had lost as many as its cap allows. */
  | { readonly kind: 'cap-reached'; readonly layer: number; readonly most: number }
  /** The layer's last unit was due, but stayed. */
  | { readonly kind: 'minimum-kept'; readonly layer: number }
  /** Another number of units went than the ratio asked for. */
  | {
      readonly kind: 'ratio-missed';
      readonly requested: number;
      /** Hidden units before. */
      readonly units: number;
      readonly wanted: number;
      readonly reached: number;
    }
  /** An option that the method has no use for. */
  | {
      readonly kind: 'option-unused';
      readonly option: 'norm' | 'normalize';
      readonly value: Norm | boolean;
    };

/** A note as a sentence. */
export function describeNote(note: PruningNote): string {
  switch (note.kind) {
    case 'layer-skipped':
      return `hidden layer ${note.layer} was left untouched: ${note.scores} of its scores are at or below the threshold, and it has ${note.units} units`;
    case 'single-unit':
      return `hidden layer ${note.layer} has one unit and was left out`;
    case 'ties':
      return `${note.taken} scores instead of ${note.wanted} are at or below the threshold ${note.threshold}: some are equal`;
    case 'cap-reached':
      return `hidden layer ${note.layer} lost ${note.most} units, as many as its cap allows`;
    case 'minimum-kept':
      return `hidden layer ${note.layer} kept its last unit`;
    case 'ratio-missed':
      return `asked for ratio ${note.requested}, ${note.wanted} of ${note.units} hidden units: ${note.reached} went`;
    case 'option-unused':
      return `the method has no use for ${note.option} ${note.value}`;
  }
}
