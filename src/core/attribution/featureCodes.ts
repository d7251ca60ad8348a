import { LabError } from '../errors';
import { requireNetwork, type Network } from '../network/layout';
import { responses } from './responses';

/** The encoder's code of each feature: encoder(e_f) − encoder(0). */
export interface FeatureCodes {
  readonly features: number;
  /** `[features, inputDim]` */
  readonly values: Float64Array;
}

/** Encodes each feature of an encoder, `[features, inputDim]`. */
export function encodedFeatures(encoder: Network): FeatureCodes {
  requireNetwork(encoder);
  const { layout: own, parameters } = encoder;
  const { widths, activations } = own;
  const features = widths[0];
  const inputDim = widths[widths.length - 1];
  // An additional output turns the code into a hidden layer, which `responses` can read.
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

/**
 * The codes of all features, checked to be finite.
 * @throws LabError (`numeric`) naming the first feature whose code overflows float32
 */
export function finiteCodes(encoder: Network): FeatureCodes {
  const codes = encodedFeatures(encoder);
  const { features, values } = codes;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return codes;
  const inputDim = values.length / features;
  const place = `feature ${Math.floor(bad / inputDim) + 1} of ${features}, input ${(bad % inputDim) + 1}`;
  throw new LabError(
    'numeric',
    `the encoder's code is ${values[bad]} at ${place}: its weights are too large for float32; train it on smaller numbers`,
  );
}
