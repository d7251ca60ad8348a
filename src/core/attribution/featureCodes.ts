import type { Network } from '../network/layout';
import { circuitLayers } from './circuit';
import { finiteDifferences } from './responses';

/** What the encoder makes of each feature: encoder(e_f) − encoder(0). */
export interface FeatureCodes {
  readonly features: number;
  /** `[features, inputDim]` */
  readonly values: Float64Array;
}

/** The codes of all features of an encoder. */
export function encodedFeatures(encoder: Network): FeatureCodes {
  const features = encoder.layout.widths[0];
  const layers = circuitLayers(encoder);
  const inputDim = layers[layers.length - 1].outputs;
  const byInput = finiteDifferences({
    circuit: { features, layers, specimenStart: layers.length - 1 },
    layers: [{ layer: 0, start: 0, end: inputDim }],
    neurons: inputDim,
    rows: 'pre-activation',
  });
  const values = new Float64Array(features * inputDim);
  for (let f = 0; f < features; f++) {
    for (let i = 0; i < inputDim; i++) values[f * inputDim + i] = byInput[i * features + f];
  }
  return { features, values };
}
