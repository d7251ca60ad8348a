import assert from 'node:assert/strict';
import * as lab from '../../src/api';
import { LabError } from '../../src/api';
import { TINY } from '../cli/workshop';
import { data, encoder, mask, pruned, row, specimen } from './rightValues';

/** The error with which a call is refused. */
async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof LabError, String(error));
    return error.message;
  }
  return 'let through';
}

const wrong = <T>(value: unknown): T => value as T;

describe('messages of the argument checks of the module', () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [
      () => lab.initialise(wrong({ inputs: 2, hidden: [3], outputs: 1, activation: 'tanh' }), 1),
      'activation: "tanh" is not allowed: expected "relu" or "linear"',
    ],
    [
      () => lab.predict(wrong({ ...specimen, layout: { widths: [2, 3, 2, 1] } }), data.inputs),
      'specimen.layout.activations: is missing: expected an array',
    ],
    [
      () => {
        const layout = { widths: [2, 3, 2, 1], activations: ['relu', 'gelu'] };
        return lab.attribute(encoder, wrong({ ...specimen, layout }));
      },
      'specimen.layout.activations[1]: "gelu" is not allowed: expected "relu" or "linear"',
    ],
    [
      () => {
        const layout = { widths: [2, 3, 2, 1], activations: [] };
        return lab.prune({ ...specimen, layout }, { ratio: 0.1 });
      },
      'specimen.layout.activations: has 0 entries, but hidden layers there are 2',
    ],
    [
      () => lab.predict({ ...specimen, parameters: new Float32Array(3) }, data.inputs),
      'specimen.parameters: has 3 entries, but a network of widths 2-3-2-1 has 20',
    ],
    [
      () => {
        const parameters = specimen.parameters.slice().fill(NaN, 5, 6);
        return lab.train({ ...specimen, parameters }, data, { seed: 1 });
      },
      'specimen.parameters[5]: NaN is not allowed: expected a finite number',
    ],
    [
      () => lab.train(specimen, { ...data, samples: 5 }, { seed: 1 }),
      'samples.inputs: has 8 entries, but 5 samples of 2 values are 10',
    ],
    [
      () => {
        const targets = Float32Array.of(0, 1, Infinity, 2);
        return lab.testError(specimen, { ...data, targets });
      },
      'samples.targets[2]: Infinity is not allowed: expected a finite number (row 2, column 0)',
    ],
    [
      () => {
        const other = lab.initialise({ inputs: 4, hidden: [3], outputs: 1 }, 1);
        return lab.trainPopulation([specimen, other], data, { seed: 1 });
      },
      'samples.inputDim: 2 is not allowed: specimens[1] has 4 inputs',
    ],
    [
      () => lab.predict(specimen, new Float32Array(3)),
      "inputs: has 3 entries, which is not a multiple of the specimen's 2 inputs",
    ],
    [
      () => lab.attribute(encoder, specimen, wrong({ rows: 'post' })),
      'rows: "post" is not allowed: expected "pre-activation" or "post-activation"',
    ],
    [
      () => lab.attribute(encoder, specimen, wrong({ method: 'integrated' })),
      'method: "integrated" is not allowed: expected "finite-difference" or "integrated-gradients" or "gradient"',
    ],
    [
      () => lab.attribute(encoder, specimen, wrong({ method: 'integrated-gradients', rule: 'x' })),
      'rule: "x" is not allowed: expected "riemann_left" or "riemann_right" or "riemann_middle" or "riemann_trapezoid" or "gausslegendre"',
    ],
    [
      () =>
        lab.attribute(encoder, specimen, {
          method: 'integrated-gradients',
          rule: 'riemann_trapezoid',
          steps: 1,
        }),
      'steps: riemann_trapezoid needs at least 2 steps, not 1',
    ],
    [
      () => lab.attribute(specimen, encoder),
      'encoder: has 1 output, but the specimen has 4 inputs',
    ],
    [
      () => lab.train(specimen, data, wrong({ seed: 1, epoch: 3 })),
      'epoch: unknown field; did you mean "epochs"?',
    ],
    [
      () => lab.train(specimen, data, { seed: 1, epochs: 0.5, batchSize: 0, learningRate: -1 }),
      'epochs: 0.5 is not allowed: expected a whole number\nbatchSize: 0 is not allowed: expected at least 1\nlearningRate: -1 is not allowed: expected more than 0',
    ],
    [
      () => lab.predict(specimen, data.inputs, wrong(new AbortController().signal)),
      'options: AbortSignal is not allowed: expected plain values',
    ],
    [
      () => lab.runExperiment(wrong({ name: 'x', data: { inputs: 2 }, specimen: { hidden: [3] } })),
      'features: is missing: it is required for generated data',
    ],
    [
      () => lab.generateData(wrong({ ...TINY, specimen: { hiden: [3] } })),
      'specimen.hidden: is missing: expected an array\nspecimen.hiden: unknown field; did you mean "hidden"?',
    ],
    [
      () => lab.replayMask(specimen, wrong({ kept: [[0], [1]] })),
      'mask.units: is missing: expected an array',
    ],
    [
      () => lab.replayMask(specimen, { ...mask, kept: [[0, 3], [1]] }),
      'mask.kept[0][1]: hidden layer 0 has no unit 3',
    ],
    [
      () => lab.replayMask(specimen, { ...mask, kept: [[2, 0], [1]] }),
      'mask.kept[0][1]: 0 is not allowed: expected a whole number, more than 2, the one before',
    ],
    [
      () => lab.replayMask(specimen, { ...mask, kept: [[0], []] }),
      'mask.kept[1]: hidden layer 1 must keep at least one unit',
    ],
    [
      () =>
        lab.replayMask(specimen, {
          units: [
            [0, 1, 2, 3],
            [0, 1],
          ],
          kept: [[0], [1]],
        }),
      'mask.units[0]: the specimen has no unit 3 in hidden layer 0',
    ],
    [
      () => lab.replayMask(specimen, { units: [[0, 1, 2]], kept: [[0]] }),
      'mask.units: must hold one list for each of 2 hidden layers, not 1',
    ],
    [
      () => lab.replayMask(pruned, mask),
      'mask.units[0]: the specimen has no unit 1 in hidden layer 0',
    ],
    [
      () => lab.composeMasks(mask, mask),
      'second.units[0]: the first mask has no unit 1 in hidden layer 0',
    ],
    [() => lab.maskOf(pruned, specimen), 'after.units[0][1]: hidden layer 0 has no unit 1'],
    [
      () => lab.trajectoryOutput(wrong([{ ...row, measures: {} }])),
      'rows[0].measures.relative: is missing: expected an object',
    ],
  ];
  for (const [call, message] of cases) {
    it(message.split('\n')[0], async () => {
      assert.equal(await refusalOf(call), message);
    });
  }
});
