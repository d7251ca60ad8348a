import assert from 'node:assert/strict';
import { attribute, probeActivations } from '../../../src/core/attribution/attribute';
import { encodedFeatures } from '../../../src/core/attribution/featureCodes';
import type { Engine } from '../../../src/core/engine/engine';
import { stackLayout } from '../../../src/core/engine/tensorflow/stackLayout';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { LabError } from '../../../src/core/errors';
import { layersOf, layoutOf, type Activation } from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { UNPACED } from '../../../src/core/stop';
import { fastestLocalEngine } from '../../../src/node/compute/localEngine';

const parameters = Float32Array.from({ length: 17 }, (_, i) => i / 17);
const right = specimenOf(layoutOf([2, 3, 2], 'relu'), parameters);

/** The same network, of which it is said that something else follows its hidden layer. */
function followedBy(activations: readonly unknown[]): Specimen {
  return { ...right, layout: { ...right.layout, activations: activations as Activation[] } };
}

const EXACT = { method: 'finite-difference', rows: 'post-activation' } as const;
const SUMS = { method: 'gradient', rows: 'post-activation' } as const;

/** Whatever would compute with it. */
const WORK: Readonly<Record<string, (wrong: Specimen, engine: Engine) => unknown>> = {
  'as layers': (wrong) => layersOf(wrong),
  'codes of features': (wrong) => encodedFeatures(wrong),
  'finite differences': (wrong, { attribution }) => attribute(undefined, wrong, EXACT, attribution),
  gradients: (wrong, { attribution }) => attribute(undefined, wrong, SUMS, attribution),
  'behind an encoder': (wrong, { attribution }) => attribute(right, wrong, EXACT, attribution),
  'as an encoder': (wrong, { attribution }) => attribute(wrong, right, EXACT, attribution),
  activations: (wrong, { attribution }) => probeActivations(undefined, wrong, attribution),
  pruning: (wrong) => pruneSpecimen(wrong, { method: 'global-structured', ratio: 0.4 }),
  prediction: (wrong, engine) => engine.predict(wrong, new Float32Array(4), UNPACED),
  async training({ layout }, engine) {
    const task = {
      layout,
      parameters,
      data: {
        samples: 1,
        inputDim: 2,
        outputDim: 2,
        inputs: new Float32Array(2),
        targets: new Float32Array(2),
      },
      optimizer: {
        kind: 'adam' as const,
        learningRate: 0.1,
        beta1: 0.9,
        beta2: 0.9,
        epsilon: 1e-8,
      },
      batchSize: 1,
      epochs: 1,
      order: () => Uint32Array.of(0),
    };
    await engine.train([task], UNPACED).next();
  },
};

describe('an activation that is not known', () => {
  it('makes no layout', () => {
    for (const name of ['tanh', 'gelu', undefined, null, 'ReLU', '']) {
      assert.throws(
        () => layoutOf([2, 3, 2], name as Activation),
        /^LabError: activation: .*: expected "relu" or "linear"$/,
      );
    }
  });

  for (const engine of [typescriptEngine(), fastestLocalEngine().engine]) {
    for (const [name, work] of Object.entries(WORK)) {
      it(`is not computed as if there were none: ${name}, ${engine.name}`, async () => {
        for (const activations of [['tanh'], [undefined], [], ['relu', 'relu']]) {
          await assert.rejects(
            async () => {
              await work(followedBy(activations), engine);
            },
            (error) => error instanceof LabError && /^activations?: /.test(error.message),
            String(activations),
          );
        }
        await work(right, engine);
      });
    }
  }

  it('is not stacked by TensorFlow', () => {
    for (const activations of [['tanh'], [undefined], []]) {
      assert.throws(() => stackLayout([right.layout, followedBy(activations).layout]), LabError);
    }
  });

  it('is not drawn for a random pruning either', () => {
    const request = { method: 'random-structured', ratio: 0.4 } as const;
    assert.throws(() => pruneSpecimen(followedBy(['tanh']), request, MersenneTwister.fromKey([1])));
  });
});
