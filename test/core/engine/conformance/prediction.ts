import assert from 'node:assert/strict';
import type { Layout } from '../../../../src/core/network/layout';
import { UNPACED } from '../../../../src/core/stop';
import type { Conformance } from '../conformance';
import { FLOAT32_ROUNDING, referencePredict } from '../reference';
import { randomValues, taskOf } from '../tasks';
import { assertClose, open, operationsInSequence } from './bounds';

export function predicts({ engine }: Conformance): void {
  for (const samples of [0, 1, 3, 255, 256, 257, 1000]) {
    it(`returns ${samples} rows of outputs for as many rows of inputs`, async () => {
      for (const widths of [
        [3, 7, 5, 2],
        [4, 3],
        [1, 1, 1],
      ]) {
        const { layout, parameters } = taskOf({ widths });
        const inputs = randomValues(samples, samples * widths[0]);
        const predictions = await engine().predict({ layout, parameters }, inputs, UNPACED);
        const exact = referencePredict(layout, Float64Array.from(parameters), inputs);
        assert.equal(predictions.length, exact.length);
        const bound = predictionErrors(layout, parameters, inputs);
        predictions.forEach((value, i) => assertClose(value, exact[i], bound[i], `output ${i}`));
      }
    });
  }
}

/** Bounds on the error of each output. */
function predictionErrors(
  layout: Layout,
  parameters: Float32Array,
  inputs: Float32Array,
): number[] {
  const absolute = Float64Array.from(parameters, Math.abs);
  return referencePredict(open(layout), absolute, inputs.map(Math.abs)).map(
    (bound) => operationsInSequence(layout) * FLOAT32_ROUNDING * bound,
  );
}
