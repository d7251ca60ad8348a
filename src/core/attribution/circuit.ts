import { invalid } from '../errors';
import {
  layersOf,
  requireNetwork,
  type Activation,
  type LinearLayer,
  type Network,
} from '../network/layout';

/** A Linear layer and what follows it. */
export interface CircuitLayer extends LinearLayer {
  readonly activation: Activation;
}

/** The layers that hidden neurons depend on: all but the last. */
export interface Circuit {
  readonly features: number;
  readonly layers: readonly CircuitLayer[];
}

/** A network whose parameters lie in pieces. */
export interface ComposedNetwork extends Network {
  /** The pieces in order: together they are the parameters. */
  readonly pieces: readonly Float32Array[];
}

/**
 * Encoder and specimen as one network: features in, the specimen's neurons on its last hidden layers.
 * Who needs the parameters in one array gets a copy of both.
 * @param encoder features → inputs; without it the inputs are the features
 * @throws LabError when the encoder's outputs are not the specimen's inputs
 */
export function composeNetwork(encoder: Network | undefined, specimen: Network): ComposedNetwork {
  requireNetwork(specimen);
  if (!encoder) return { ...specimen, pieces: [specimen.parameters] };
  requireNetwork(encoder);
  const inputDim = specimen.layout.widths[0];
  const code = encoder.layout.widths[encoder.layout.widths.length - 1];
  if (code !== inputDim) {
    throw invalid(`the encoder gives ${code} inputs, the specimen takes ${inputDim}`);
  }
  const layout = {
    widths: [...encoder.layout.widths, ...specimen.layout.widths.slice(1)],
    activations: [...encoder.layout.activations, 'linear' as const, ...specimen.layout.activations],
  };
  const pieces = [encoder.parameters, specimen.parameters];
  let whole: Float32Array | undefined;
  return {
    layout,
    pieces,
    get parameters() {
      return (whole ??= joined(pieces));
    },
  };
}

function joined([first, second]: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** The layers of a network that its hidden neurons depend on. */
export function circuitOf(network: Network): Circuit {
  const { widths, activations } = network.layout;
  const layers = layersOf(network)
    .slice(0, -1)
    .map((layer, l) => ({ ...layer, activation: activations[l] }));
  return { features: widths[0], layers };
}
