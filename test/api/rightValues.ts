import * as lab from '../../src/api';

/*
 * Valid arguments for functions of the module, small enough to invalidate one place at a time.
 */

export const specimen = lab.initialise({ inputs: 2, hidden: [3, 2], outputs: 1 }, 1);
export const encoder = lab.specimenOf(
  { widths: [4, 2], activations: [] },
  Float32Array.from({ length: 10 }, (_, i) => i / 10),
);
export const data: lab.DataSet = {
  samples: 4,
  inputDim: 2,
  outputDim: 1,
  inputs: Float32Array.from({ length: 8 }, (_, i) => i / 8),
  targets: Float32Array.of(0, 1, 2, 3),
};
export const matrix = lab.attribute(encoder, specimen);
export const mask: lab.PruningMask = {
  units: specimen.units,
  kept: [[0, 2], [1]],
};
export const pruned = lab.replayMask(specimen, mask);
export const training = { seed: 1, epochs: 1 };
const measured = { mean: 1, null: 1, layers: [1, 1], missing: 0 };
export const row = {
  seed: 1,
  arm: 'dense',
  phase: 'training',
  epoch: 1,
  requested: null,
  neuronRatio: 0,
  parameterRatio: 0,
  hidden: [3, 2],
  parameters: 20,
  trainLoss: 1,
  testLoss: 1,
  r2: 0,
  completenessError: 0,
  measures: Object.fromEntries(lab.MEASURES.map(({ id }) => [id, measured])),
};
