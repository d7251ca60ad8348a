import { requireNetwork, type Network } from '../network/layout';
import { responses } from './responses';

/** What the encoder makes of each feature: encoder(e_f) − encoder(0). */
export interface FeatureCodes {
  readonly features: number;
  /** `[features, inputDim]` */
  readonly values: Float64Array;
}

/** The codes of all features of an encoder. */
export function encodedFeatures(encoder: Network): FeatureCodes {
  requireNetwork(encoder);
  const { layout: own, parameters } = encoder;
  const { widths, activations } = own;
  const features = widths[0];
  const inputDim = widths[widths.length - 1];
  // With one more output the code is a hidden layer, which can be read.
  const readable = new Float32Array(parameters.length + inputDim + 1);
  readable.set(parameters);
  const layout = { widths: [...widths, 1], activations: [...activations, 'linear' as const] };
  const byInput = responses(
    { layout, parameters: readable },
    { from: widths.length - 2, rectified: false, fromBaseline: true },
  );
  const values = new Float64Array(features * inputDim);
  for (let i = 0; i < inputDim; i++) {
    for (let f = 0; f < features; f++) values[f * inputDim + i] = byInput[i * features + f];
  }
  return { features, values };
}
