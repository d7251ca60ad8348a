import { invalid } from '../errors';
import { layersOf, type Activation, type LinearLayer, type Network } from '../network/layout';

/** A Linear layer and what follows it. */
export interface CircuitLayer extends LinearLayer {
  readonly activation: Activation;
}

/** The layers that hidden neurons depend on: all but the last. */
export interface Circuit {
  readonly features: number;
  readonly layers: readonly CircuitLayer[];
}

/**
 * Encoder and specimen as one network: features in, the specimen's neurons on its last hidden layers.
 * @param encoder features → inputs; without it the inputs are the features
 * @throws LabError when the encoder's outputs are not the specimen's inputs
 */
export function composeNetwork(encoder: Network | undefined, specimen: Network): Network {
  if (!encoder) return specimen;
  const inputDim = specimen.layout.widths[0];
  const code = encoder.layout.widths[encoder.layout.widths.length - 1];
  if (code !== inputDim) {
    throw invalid(`the encoder gives ${code} inputs, the specimen takes ${inputDim}`);
  }
  const parameters = new Float32Array(encoder.parameters.length + specimen.parameters.length);
  parameters.set(encoder.parameters);
  parameters.set(specimen.parameters, encoder.parameters.length);
  const layout = {
    widths: [...encoder.layout.widths, ...specimen.layout.widths.slice(1)],
    activations: [...encoder.layout.activations, 'linear' as const, ...specimen.layout.activations],
  };
  return { layout, parameters };
}

/** The layers of a network that its hidden neurons depend on. */
export function circuitOf(network: Network): Circuit {
  const { widths, activations } = network.layout;
  const layers = layersOf(network)
    .slice(0, -1)
    .map((layer, l) => ({ ...layer, activation: activations[l] }));
  return { features: widths[0], layers };
}
