import { layersOf } from '../../core/network/layout';
import type { Specimen } from '../../core/network/specimen';

/** A weight with the name of the unit at its other end. */
export interface NamedWeight {
  readonly name: string;
  readonly weight: number;
}

/** Incoming and outgoing weights of a neuron. */
export interface NeuronWeights {
  readonly incoming: readonly NamedWeight[];
  readonly bias: number;
  readonly outgoing: readonly NamedWeight[];
}

/**
 * The weights of a neuron, strongest first.
 * @param layer 0-based hidden layer
 * @param unit its index in the unpruned layer
 * @returns undefined if it was pruned
 */
export function weightsOf(
  specimen: Specimen,
  layer: number,
  unit: number,
): NeuronWeights | undefined {
  const index = specimen.units[layer].indexOf(unit);
  if (index < 0) return undefined;
  const layers = layersOf(specimen);
  const own = layers[layer];
  const next = layers[layer + 1];
  const name = (l: number, i: number): string => {
    if (l < 0) return `input ${i}`;
    return l < specimen.units.length ? `${l}·${specimen.units[l][i]}` : `output ${i}`;
  };
  const incoming = Array.from({ length: own.inputs }, (_, i) => {
    return { name: name(layer - 1, i), weight: own.weights[index * own.inputs + i] };
  });
  const outgoing = Array.from({ length: next.outputs }, (_, o) => {
    return { name: name(layer + 1, o), weight: next.weights[o * next.inputs + index] };
  });
  return { incoming: strongest(incoming), bias: own.biases[index], outgoing: strongest(outgoing) };
}

function strongest(weights: NamedWeight[]): NamedWeight[] {
  return weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}
