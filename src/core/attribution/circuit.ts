import { invalid } from '../errors';
import { layersOf, type Activation, type LinearLayer, type Network } from '../network/layout';

/** A Linear layer and what follows it. */
export interface CircuitLayer extends LinearLayer {
  readonly activation: Activation;
}

/** Encoder and specimen as one chain of layers: features in, the specimen's hidden neurons inside. */
export interface Circuit {
  readonly features: number;
  /** All layers that hidden neurons depend on; the specimen's output layer is left out. */
  readonly layers: readonly CircuitLayer[];
  /** Index of the specimen's first layer in `layers`. */
  readonly specimenStart: number;
}

/**
 * Composes encoder and specimen.
 * @param encoder features → inputs; without it the inputs are the features
 * @throws LabError when the encoder's outputs are not the specimen's inputs
 */
export function composeCircuit(encoder: Network | undefined, specimen: Network): Circuit {
  const inputDim = specimen.layout.widths[0];
  const code = encoder?.layout.widths.at(-1);
  if (code !== undefined && code !== inputDim) {
    throw invalid(`the encoder gives ${code} inputs, the specimen takes ${inputDim}`);
  }
  const before = encoder ? circuitLayers(encoder) : [];
  return {
    features: encoder ? encoder.layout.widths[0] : inputDim,
    layers: [...before, ...circuitLayers(specimen).slice(0, -1)],
    specimenStart: before.length,
  };
}

/** A network's layers, each with what follows it. */
export function circuitLayers(network: Network): CircuitLayer[] {
  return layersOf(network).map((layer, l) => ({
    ...layer,
    activation: network.layout.activations[l] ?? 'linear',
  }));
}
