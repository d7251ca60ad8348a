import type { Network } from '../network/layout';
import { circuitLayers } from './circuit';
import { PathEvaluator } from './forwardMode';

/** What the encoder makes of each feature: encoder(e_f) − encoder(0). */
export interface FeatureCodes {
  readonly features: number;
  /** `[features, inputDim]` */
  readonly values: Float64Array;
}

const ENDS = [0, 1];

/** The codes of all features of an encoder. */
export function encodedFeatures(encoder: Network): FeatureCodes {
  const features = encoder.layout.widths[0];
  const layers = circuitLayers(encoder);
  const evaluator = new PathEvaluator({ features, layers, specimenStart: 0 }, ENDS.length);
  const code = evaluator.values[layers.length - 1];
  const inputDim = code.length / ENDS.length;
  const values = new Float64Array(features * inputDim);
  for (let f = 0; f < features; f++) {
    evaluator.evaluate(f, ENDS);
    for (let i = 0; i < inputDim; i++) values[f * inputDim + i] = code[inputDim + i] - code[i];
  }
  return { features, values };
}
