import type { AttributionMatrix, LayerRange } from '../../core/attribution/matrix';

/**
 * Index of the neurons of the unpruned specimen. The position of a neuron in it, its slot, never changes,
 * even after the neuron was pruned.
 */
export interface NeuronIndex {
  readonly neurons: number;
  /** Slots of each hidden layer. */
  readonly layers: readonly LayerRange[];
}

/** Indexes the neurons of hidden layers. @param hidden their widths */
export function indexNeurons(hidden: readonly number[]): NeuronIndex {
  let neurons = 0;
  const layers = hidden.map((width, layer) => {
    return { layer, start: neurons, end: (neurons += width) };
  });
  return { neurons, layers };
}

/** Layer and unit of a slot. */
export function neuronAt({ layers }: NeuronIndex, slot: number): { layer: number; unit: number } {
  const layer = Math.max(
    0,
    layers.findIndex(({ end }) => slot < end),
  );
  return { layer, unit: slot - layers[layer].start };
}

/** The slot of a unit; undefined if the specimen does not have it. */
export function slotOf({ layers }: NeuronIndex, layer: number, unit: number): number | undefined {
  const range = layers[layer] as LayerRange | undefined;
  return range && unit >= 0 && unit < range.end - range.start ? range.start + unit : undefined;
}

/** `[slots]`: the row of each neuron in a matrix; −1 if it was pruned. */
export function rowsBySlot(
  neuronIndex: NeuronIndex,
  { layers, units }: Pick<AttributionMatrix, 'layers' | 'units'>,
): Int32Array {
  const rows = new Int32Array(neuronIndex.neurons).fill(-1);
  for (const { layer, start, end } of layers) {
    for (let row = start; row < end; row++) {
      const slot = slotOf(neuronIndex, layer, units[row]);
      if (slot !== undefined) rows[slot] = row;
    }
  }
  return rows;
}
