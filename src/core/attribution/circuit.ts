import { counted } from '../counted';
import { invalid } from '../errors';
import {
  layersOf,
  requireNetwork,
  type Activation,
  type LinearLayer,
  type Network,
} from '../network/layout';

/** A Linear layer with the activation that follows it. */
export interface CircuitLayer extends LinearLayer {
  readonly activation: Activation;
}

/** All layers but the output layer: those that hidden neurons depend on. */
export interface Circuit {
  readonly features: number;
  readonly layers: readonly CircuitLayer[];
}

/** A network whose parameters are split over several arrays. */
export interface ComposedNetwork extends Network {
  /** In order; concatenated they are `parameters`. */
  readonly pieces: readonly Float32Array[];
}

/**
 * Encoder and specimen as one network from the features to the specimen's outputs. Reading `parameters`
 * copies both arrays into one; `pieces` does not.
 * @param encoder features → inputs; without it the features are the specimen's inputs
 * @throws LabError when the encoder's output width differs from the specimen's input width
 */
export function composeNetwork(encoder: Network | undefined, specimen: Network): ComposedNetwork {
  requireNetwork(specimen);
  if (!encoder) return { ...specimen, pieces: [specimen.parameters] };
  requireNetwork(encoder);
  const inputDim = specimen.layout.widths[0];
  const code = encoder.layout.widths[encoder.layout.widths.length - 1];
  if (code !== inputDim) {
    throw invalid(
      `the encoder has ${counted(code, 'output')}, but the specimen has ${counted(inputDim, 'input')}`,
    );
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

/** The layers of a network without its output layer. */
export function circuitOf(network: Network): Circuit {
  const { widths, activations } = network.layout;
  const layers = layersOf(network)
    .slice(0, -1)
    .map((layer, l) => ({ ...layer, activation: activations[l] }));
  return { features: widths[0], layers };
}
