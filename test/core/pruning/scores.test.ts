import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DataSet } from '../../../src/core/data/dataSet';
import { layersOf } from '../../../src/core/network/layout';
import type { Specimen } from '../../../src/core/network/specimen';
import { meanLossGradient } from '../../../src/core/pruning/gradients';
import { movementInTraining } from '../../../src/core/pruning/movement';
import { normImportance } from '../../../src/core/pruning/importance';
import { SCORE_METHODS, UNIT_SCORES } from '../../../src/core/pruning/methods';
import { pruneSpecimen } from '../../../src/core/pruning/prune';
import { unitScores } from '../../../src/core/pruning/unitScores';
import { weightScores } from '../../../src/core/pruning/weightScores';
import { weightRanges } from '../../../src/core/pruning/weightMask';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { uniform } from '../../../src/core/random/torch';
import { Stopped, StopSource } from '../../../src/core/stop';
import { ADAM_DEFAULTS } from '../../../src/core/training/adam';
import { dataOfNet, ITERATIVE, NETS, relativeError, specimenOfNet } from './scoreFixture';
import { anyRatio, anySpecimen, assertRefused, outputsOf, withWeights } from './specimens';

const TOLERANCE = 1e-12;

/** Mean squared error over samples and outputs, in double precision. */
function meanLoss(specimen: Specimen, { samples, inputDim, outputDim, ...data }: DataSet): number {
  let sum = 0;
  for (let s = 0; s < samples; s++) {
    const inputs = data.inputs.subarray(s * inputDim, (s + 1) * inputDim);
    outputsOf(specimen, Array.from(inputs)).forEach((output, o) => {
      sum += (output - data.targets[s * outputDim + o]) ** 2;
    });
  }
  return sum / (samples * outputDim);
}

const one = (values: number[]): DataSet => ({
  samples: 1,
  inputDim: 1,
  outputDim: 1,
  inputs: Float32Array.of(values[0]),
  targets: Float32Array.of(values[1]),
});

describe('the gradient of the mean loss', () => {
  it("is PyTorch's, in float64", () => {
    for (const net of NETS) {
      const gradient = meanLossGradient(specimenOfNet(net), dataOfNet(net));
      assert.ok(relativeError(gradient, net.gradient) < TOLERANCE, net.widths.join('-'));
    }
  });

  it('is what finite differences of the loss approach', () => {
    for (const net of NETS) {
      const specimen = specimenOfNet(net);
      const data = dataOfNet(net);
      const gradient = meanLossGradient(specimen, data);
      gradient.forEach((slope, i) => {
        // Steps that float32 holds exactly.
        const at = (sign: number): readonly [number, number] => {
          const parameters = specimen.parameters.slice();
          parameters[i] += sign * 2 ** -10;
          return [parameters[i], meanLoss({ ...specimen, parameters }, data)];
        };
        const [[left, below], [right, above]] = [at(-1), at(1)];
        const difference = (above - below) / (right - left);
        assert.ok(Math.abs(difference - slope) < 2e-3, `${net.widths.join('-')} parameter ${i}`);
      });
    }
  });

  it('is refused for data that do not fit', () => {
    const net = NETS[0];
    const data = dataOfNet(net);
    const refused = (wrong: Partial<DataSet>, field: string, reason: RegExp): void =>
      assertRefused(
        () => meanLossGradient(specimenOfNet(net), { ...data, ...wrong }),
        field,
        reason,
      );
    refused({ samples: 0 }, 'data.samples', /at least one sample/);
    refused({ inputDim: 4 }, 'data.inputDim', /must be 5 as in the network, not 4/);
    refused({ outputDim: 1 }, 'data.outputDim', /must be 3 as in the network, not 1/);
  });
});

describe('scores of units', () => {
  it("are those of PyTorch's autograd", () => {
    for (const net of NETS) {
      for (const method of ['taylor', 'taylor-gate', 'activation', 'apoz'] as const) {
        const scores = unitScores(specimenOfNet(net), { method }, { data: dataOfNet(net) });
        assert.equal(scores.length, net.widths.length - 2);
        scores.forEach((layer, l) => {
          const error = relativeError(layer, net.units[method][l]);
          assert.ok(error < TOLERANCE, `${method}, ${net.widths.join('-')}, layer ${l}: ${error}`);
        });
      }
    }
  });

  it('have a gate that reads from the incoming weights of ReLU units as well', () => {
    const net = NETS[0];
    const specimen = specimenOfNet(net);
    const data = dataOfNet(net);
    const gradient = meanLossGradient(specimen, data);
    const gates = unitScores(specimen, { method: 'taylor-gate' }, { data });
    const product = { ...specimen, parameters: specimen.parameters.map((w, i) => w * gradient[i]) };
    layersOf(product)
      .slice(0, -1)
      .forEach(({ weights, biases, inputs }, l) => {
        const fromRows = Array.from(biases, (own, c) =>
          weights.subarray(c * inputs, (c + 1) * inputs).reduce((sum, w) => sum + w, own),
        );
        const squares = fromRows.map((sum) => sum * sum);
        assert.ok(relativeError(gates[l], squares) < 1e-4);
      });
  });

  it('rank by magnitude, its inverse, or a permutation', () => {
    fc.assert(
      fc.property(anySpecimen, fc.nat(), (specimen, seed) => {
        const magnitude = normImportance(specimen, 'l1', true);
        assert.deepEqual(unitScores(specimen, { method: 'magnitude' }), magnitude);
        assert.deepEqual(unitScores(specimen, { method: 'inverse' }), magnitude);
        const random = MersenneTwister.fromSeed(seed);
        const places = unitScores(specimen, { method: 'random' }, { random }).flatMap((layer) =>
          Array.from(layer),
        );
        assert.deepEqual(
          [...places].sort((a, b) => a - b),
          Array.from(places.keys()),
        );
      }),
    );
  });

  it('remove the most inactive and the largest units where they are said to', () => {
    // Unit 0 has the large weights, unit 1 is never active.
    const specimen = withWeights([1, 3, 1], [9, -1, 2], [9, 1, 2]);
    const left = (method: 'apoz' | 'inverse' | 'magnitude' | 'activation' | 'taylor') =>
      pruneSpecimen(specimen, { method, ratio: 0.34 }, undefined, { data: one([1, 0]) }).removed;
    assert.deepEqual(left('apoz'), [[1]]);
    assert.deepEqual(left('activation'), [[1]]);
    assert.deepEqual(left('taylor'), [[1]]);
    assert.deepEqual(left('magnitude'), [[1]]);
    assert.deepEqual(left('inverse'), [[0]]);
  });

  it('break ties by layer and position in either direction', () => {
    const specimen = withWeights([1, 2, 2, 1], [1, 1], [1, 1, 1, 1], [1, 1]);
    for (const method of ['apoz', 'activation', 'inverse', 'magnitude'] as const) {
      const zero = one([0, 0]);
      const { removed } = pruneSpecimen(
        specimen,
        { method, ratio: 0.25, normalize: false, scope: 'layer' },
        undefined,
        { data: zero },
      );
      assert.deepEqual(removed, [[0], [0]], method);
    }
  });

  it('are refused where they overflow', () => {
    const widths = Array<number>(12).fill(1);
    const huge = withWeights(widths, ...widths.slice(1).map(() => [3e38]));
    assert.throws(
      () => unitScores(huge, { method: 'activation' }, { data: one([3e38, 0]) }),
      /adds up to Infinity for unit 0 of hidden layer 0: its scores are undefined/,
    );
  });

  it('name the source that they miss', () => {
    const specimen = specimenOfNet(NETS[0]);
    const fields = {
      taylor: 'data',
      snip: 'data',
      movement: 'movement',
      random: 'random',
    } as const;
    for (const [method, field] of Object.entries(fields)) {
      assertRefused(
        () => pruneSpecimen(specimen, { method: method as keyof typeof fields, ratio: 0.5 }),
        field,
        new RegExp(`^"${method}" needs `),
      );
    }
    assertRefused(() => unitScores(specimen, { method: 'snip' }), 'method', /does not score units/);
    assertRefused(() => weightScores(specimen, { method: 'taylor' }), 'method', /score weights/);
  });
});

describe('scores of weights', () => {
  it('are magnitudes, sensitivities that add up to 1, and movements as given', () => {
    for (const net of NETS) {
      const specimen = specimenOfNet(net);
      const ranges = weightRanges(specimen.layout);
      const of = (scores: Float64Array): number[][] =>
        ranges.map(({ start, length }) => Array.from(scores.subarray(start, start + length)));
      const snip = weightScores(specimen, { method: 'snip' }, { data: dataOfNet(net) });
      of(snip).forEach((layer, l) => {
        assert.ok(relativeError(layer, net.snip[l]) < TOLERANCE, `snip, layer ${l}`);
      });
      assert.ok(Math.abs(snip.reduce((sum, score) => sum + score, 0) - 1) < TOLERANCE);
      const movement = specimen.parameters.map((_, i) => i - 5);
      const weights = weightScores(specimen, { method: 'weights' });
      const moved = weightScores(specimen, { method: 'movement' }, { movement });
      const weightPlaces = new Set(
        ranges.flatMap(({ start, length }) => Array.from({ length }, (_, i) => start + i)),
      );
      specimen.parameters.forEach((w, i) => {
        const isWeight = weightPlaces.has(i);
        assert.equal(weights[i], isWeight ? Math.abs(w) : 0);
        assert.equal(moved[i], isWeight ? i - 5 : 0);
      });
    }
  });

  it('are refused where they are undefined or do not fit', () => {
    const specimen = specimenOfNet(NETS[0]);
    assertRefused(
      () => weightScores(specimen, { method: 'movement' }, { movement: [1] }),
      'movement',
      /one for each of 89 parameters, not 1/,
    );
    const movement = new Float64Array(89);
    movement[3] = NaN;
    assertRefused(
      () => weightScores(specimen, { method: 'movement' }, { movement }),
      'movement[3]',
      /finite, not NaN/,
    );
    const zeros = withWeights([1, 1, 1], [0], [0]);
    assert.throws(
      () => weightScores(zeros, { method: 'snip' }, { data: one([1, 1]) }),
      /"snip" are undefined: they are divided by their sum, which is 0/,
    );
  });
});

describe('movement in training', () => {
  const net = NETS[0];
  const training = (learningRate: number) => ({
    adam: { ...ADAM_DEFAULTS, learningRate },
    batchSize: 5,
    epochs: 3,
    order: () => Uint32Array.from({ length: net.samples }, (_, i) => i),
  });
  const pace = { yieldToEventLoop: () => Promise.resolve() };

  it('keeps masked weights at 0 and unmoved', async () => {
    const start = pruneSpecimen(specimenOfNet(net), { method: 'weights', ratio: 0.4 }).specimen;
    const movement = await movementInTraining(start, dataOfNet(net), training(0.1), pace);
    movement.forEach((sum, i) => {
      if (start.mask?.[i] === 0) assert.equal(Math.abs(sum), 0);
    });
    assert.ok(movement.some((sum) => sum !== 0));
  });

  it('stops on request', async () => {
    const signal = new StopSource();
    signal.stop();
    const stopped = { ...pace, signal };
    await assert.rejects(
      movementInTraining(specimenOfNet(net), dataOfNet(net), training(0.1), stopped),
      Stopped,
    );
  });

  it('says where training diverges', async () => {
    await assert.rejects(
      movementInTraining(specimenOfNet(net), dataOfNet(net), training(1e38), pace),
      /the movement of parameter \d+ is .* training diverges/,
    );
  });
});

describe('iterative pruning of units', () => {
  it('takes the steps of Torch-Pruning', () => {
    for (const { widths, ratio, steps, parameters, left } of ITERATIVE) {
      const activations = widths.slice(2).map(() => 'relu' as const);
      let specimen = specimenOfNet({ ...NETS[0], widths, activations, parameters });
      for (let step = 1; step <= steps; step++) {
        ({ specimen } = pruneSpecimen(specimen, {
          method: 'torch-pruning',
          ratio: (step / steps) * ratio,
          originalWidths: widths.slice(1, -1),
        }));
        assert.deepEqual(specimen.units, left[step - 1], `${widths.join('-')}, step ${step}`);
      }
    }
  });

  it('reaches the count of each step, counted on the original network', () => {
    const share = fc.double({ min: 0, max: 0.8, noNaN: true });
    fc.assert(
      fc.property(anySpecimen, share, fc.integer({ min: 1, max: 5 }), (start, ratio, steps) => {
        const originalWidths = start.layout.widths.slice(1, -1);
        const total = originalWidths.reduce((sum, width) => sum + width, 0);
        let specimen = start;
        for (let step = 1; step <= steps; step++) {
          const before = specimen.units;
          const request = {
            method: 'magnitude',
            ratio: (step / steps) * ratio,
            originalWidths,
          } as const;
          const { specimen: next, notes } = pruneSpecimen(specimen, request);
          specimen = next;
          const left = specimen.units.reduce((sum, units) => sum + units.length, 0);
          const wanted = Math.round(total * request.ratio);
          const missed = notes.find(({ kind }) => kind === 'ratio-missed');
          if (missed === undefined) assert.equal(total - left, wanted);
          else
            assert.ok(specimen.units.every((units) => units.length === 1) || wanted < total - left);
          specimen.units.forEach((units, l) => {
            assert.ok(units.length >= 1 && units.every((unit) => before[l].includes(unit)));
          });
        }
      }),
    );
  });

  it('caps what is gone in all, not in one step', () => {
    let specimen = specimenOfNet(NETS[0]);
    for (const ratio of [0.3, 0.6, 0.9]) {
      ({ specimen } = pruneSpecimen(specimen, {
        method: 'magnitude',
        ratio,
        originalWidths: [7, 4],
        caps: [0.5, 0.5],
      }));
    }
    assert.deepEqual(
      specimen.units.map(({ length }) => length),
      [4, 2],
    );
  });

  it('takes exact counts, in all or for each layer', () => {
    const specimen = specimenOfNet(NETS[0]);
    const widthsAfter = (request: { count: number | number[]; scope?: 'layer' }) =>
      pruneSpecimen(specimen, { method: 'activation', ratio: 0.5, ...request }, undefined, {
        data: dataOfNet(NETS[0]),
      }).hidden;
    assert.equal(
      widthsAfter({ count: 4 }).reduce((sum, width) => sum + width),
      7,
    );
    assert.deepEqual(widthsAfter({ count: [2, 3], scope: 'layer' }), [5, 1]);
  });
});

describe('a layer as the scope', () => {
  it('loses the nearest count of each layer and keeps a unit', () => {
    const ratio = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(anySpecimen, ratio, (specimen, share) => {
        const { hidden, notes } = pruneSpecimen(specimen, {
          method: 'inverse',
          ratio: share,
          scope: 'layer',
        });
        specimen.layout.widths.slice(1, -1).forEach((width, l) => {
          const wanted = Math.round(width * share);
          assert.equal(hidden[l], Math.max(1, width - wanted));
          const noted = notes.some((note) => note.kind === 'minimum-kept' && note.layer === l);
          assert.equal(noted, wanted === width);
        });
      }),
    );
  });
});

describe('every method with a score', () => {
  it('removes exactly the nearest count, as long as every layer can keep a unit', () => {
    fc.assert(
      fc.property(anySpecimen, anyRatio, fc.nat(), (specimen, ratio, seed) => {
        const { widths } = specimen.layout;
        const random = MersenneTwister.fromSeed(seed);
        const draw = (length: number): Float32Array =>
          Float32Array.from({ length }, () => uniform(random) - 0.5);
        const [inputDim, outputDim] = [widths[0], widths[widths.length - 1]];
        const inputs = draw(4 * inputDim);
        const data = { samples: 4, inputDim, outputDim, inputs, targets: draw(4 * outputDim) };
        const units = widths.slice(1, -1).reduce((sum, width) => sum + width, 0);
        for (const method of UNIT_SCORES) {
          const result = pruneSpecimen(specimen, { method, ratio }, random, { data });
          const removed = result.removed.reduce((sum, layer) => sum + layer.length, 0);
          assert.equal(removed, Math.min(Math.round(units * ratio), units - (widths.length - 2)));
          assert.ok(result.hidden.every((width) => width >= 1));
          result.kept.forEach((kept, l) => {
            const all = [...kept, ...result.removed[l]].sort((a, b) => a - b);
            assert.deepEqual(all, specimen.units[l]);
          });
        }
      }),
    );
  });

  it('prunes nothing at ratio 0 and says where options do not apply', () => {
    const net = NETS[2];
    const specimen = specimenOfNet(net);
    for (const method of SCORE_METHODS) {
      const result = pruneSpecimen(
        specimen,
        { method, ratio: 0, norm: 'l2' },
        MersenneTwister.fromSeed(1),
        { data: dataOfNet(net), movement: specimen.parameters },
      );
      assert.deepEqual(result.specimen, specimen);
      assert.notEqual(result.specimen.parameters, specimen.parameters);
      assert.equal(result.weightRatio, 0);
      const ignored = result.notes.some(({ kind }) => kind === 'option-unused');
      assert.equal(ignored, method !== 'magnitude' && method !== 'inverse');
    }
  });
});
