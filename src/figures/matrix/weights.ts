import { layersOf } from '../../core/network/layout';
import type { Specimen } from '../../core/network/specimen';

/** A weight with the name of the unit at its other end. */
export interface NamedWeight {
  readonly name: string;
  /** NaN if it is masked. */
  readonly weight: number;
  /** Whether pruning has masked it, so that it stays 0. */
  readonly masked?: boolean;
}

/** Incoming and outgoing weights of a neuron. */
export interface NeuronWeights {
  readonly incoming: readonly NamedWeight[];
  /** NaN if it is masked: the network has no biases. */
  readonly bias: number;
  readonly outgoing: readonly NamedWeight[];
}

/**
 * The weights of a neuron, strongest first; masked ones last.
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
  const starts = startsOf(specimen);
  const weightAt = (label: string, l: number, at: number): NamedWeight => {
    return specimen.mask?.[starts[l] + at] === 0
      ? { name: label, weight: NaN, masked: true }
      : { name: label, weight: layers[l].weights[at] };
  };
  const incoming = Array.from({ length: own.inputs }, (_, i) =>
    weightAt(name(layer - 1, i), layer, index * own.inputs + i),
  );
  const outgoing = Array.from({ length: next.outputs }, (_, o) =>
    weightAt(name(layer + 1, o), layer + 1, o * next.inputs + index),
  );
  const isUnbiased = specimen.mask?.[starts[layer] + own.weights.length + index] === 0;
  return {
    incoming: strongest(incoming),
    bias: isUnbiased ? NaN : own.biases[index],
    outgoing: strongest(outgoing),
  };
}

/** Index of each layer's first weight among the parameters. */
function startsOf(specimen: Specimen): number[] {
  let next = 0;
  return layersOf(specimen).map(({ weights, biases }) => {
    const start = next;
    next += weights.length + biases.length;
    return start;
  });
}

function strongest(weights: NamedWeight[]): NamedWeight[] {
  const strength = ({ weight, masked }: NamedWeight): number => (masked ? -1 : Math.abs(weight));
  return weights.sort((a, b) => strength(b) - strength(a));
}
