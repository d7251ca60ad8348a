import type { OptimizerState } from '../training/optimizer';
import { hiddenWidths, type Layout, type Network } from './layout';

/**
 * The network under study. Pruning units makes it smaller, so it records the original index of each unit that
 * remains. Pruning single weights keeps its layout and masks them.
 */
export interface Specimen extends Network {
  /** Per hidden layer, ascending: the index in the unpruned network of each remaining unit. */
  readonly units: readonly (readonly number[])[];
  /**
   * `[parameters]`: 1 for a parameter that is kept, 0 for one that is masked and therefore 0. Absent if nothing
   * is masked. Pruning never masks biases.
   */
  readonly mask?: Uint8Array;
  /** `[parameters]`: −Σ w·∂L/∂w over the steps of its training, where an arm ranks weights by it. */
  readonly movement?: Float32Array;
  /** The optimiser's state at the end of its training, where retraining continues from it. */
  readonly state?: OptimizerState;
}

/** An unpruned specimen. */
export function specimenOf(layout: Layout, parameters: Float32Array): Specimen {
  const units = hiddenWidths(layout).map((width) => Array.from({ length: width }, (_, k) => k));
  return { layout, parameters, units };
}

/** The specimen without the state of its optimiser, which fits no other parameters. */
export function withoutState(specimen: Specimen): Specimen {
  const copy: { -readonly [K in keyof Specimen]: Specimen[K] } = { ...specimen };
  delete copy.state;
  return copy;
}
