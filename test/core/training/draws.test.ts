import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { LabError } from '../../../src/core/errors';
import { layersOf, layoutOf, parameterCount } from '../../../src/core/network/layout';
import { trainingDraws, type StreamProtocol } from '../../../src/core/training/draws';
import fixture from '../../fixtures/torch-draws.json';

const PROTOCOLS: StreamProtocol[] = ['named', 'torch'];
const layout = layoutOf([3, 5, 4, 2], 'relu');
const seeds = fc.maxSafeNat();
/** Samples, and how many of them train. */
const sizes = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => ({ samples: a + b, train: a }));

const ascending = (indices: Iterable<number>) => [...indices].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const firstMasks = (source: { uint32(): number }) => [1, 2, 3, 4, 5].map(() => source.uint32());

for (const protocol of PROTOCOLS) {
  describe(`${protocol} draws`, () => {
    it('split the samples in two, without losing or repeating any', () => {
      fc.assert(
        fc.property(seeds, sizes, (seed, { samples, train }) => {
          const { split } = trainingDraws(protocol, seed, { layout, samples, train });
          assert.equal(split.train.length, train);
          assert.deepEqual(ascending([...split.train, ...split.test]), upTo(samples));
        }),
      );
    });

    it('visit every training sample once per epoch, in a different order', () => {
      fc.assert(
        fc.property(seeds, sizes, (seed, { samples, train }) => {
          const draws = trainingDraws(protocol, seed, { layout, samples, train });
          for (const epoch of [1, 2, 7]) {
            assert.deepEqual(ascending(draws.order(epoch)), upTo(train));
          }
        }),
      );
      const draws = trainingDraws(protocol, 1, { layout, samples: 40, train: 30 });
      const orders = upTo(20).map((i) => draws.order(i + 1).join());
      assert.equal(new Set(orders).size, 20);
    });

    it('return the same order for an epoch on every call', () => {
      const shape = { layout, samples: 40, train: 30 };
      const forwards = trainingDraws(protocol, 5, shape);
      const expected = [1, 2, 3, 4].map((epoch) => forwards.order(epoch));
      const draws = trainingDraws(protocol, 5, shape);
      for (const epoch of [4, 1, 3, 3, 2, 4]) {
        assert.deepEqual(draws.order(epoch), expected[epoch - 1]);
      }
    });

    it('start within ±1/√fan_in, with parameters for the whole layout', () => {
      const shape = { layout, samples: 9, train: 6 };
      const { initialParameters } = trainingDraws(protocol, 5, shape);
      assert.equal(initialParameters.length, parameterCount(layout));
      for (const { inputs, weights, biases } of layersOf({
        layout,
        parameters: initialParameters,
      })) {
        for (const value of [...weights, ...biases]) {
          assert.ok(value !== 0 && Math.abs(value) <= Math.fround(1 / Math.sqrt(inputs)));
        }
      }
    });

    it('depend on the seed in everything', () => {
      const of = (seed: number) => {
        const draws = trainingDraws(protocol, seed, { layout, samples: 40, train: 30 });
        return [
          draws.initialParameters,
          draws.split.train,
          draws.order(1),
          firstMasks(draws.dropout('dense', 1)),
        ];
      };
      const others = of(2);
      of(1).forEach((drawn, i) => assert.notDeepEqual(drawn, others[i]));
      assert.deepEqual(of(1), of(1));
    });

    it('drop out by arm and epoch, and change nothing else', () => {
      const shape = { layout, samples: 40, train: 30 };
      const draws = trainingDraws(protocol, 5, shape);
      const masks = (arm: string, epoch: number) => firstMasks(draws.dropout(arm, epoch)).join();
      const names: [string, number][] = [
        ['dense', 1],
        ['dense', 2],
        ['pruned', 1],
        ['pruned', 2],
        ['dense 1', 1],
      ];
      assert.equal(new Set(names.map(([arm, epoch]) => masks(arm, epoch))).size, names.length);
      assert.equal(masks('dense', 1), masks('dense', 1));
      assert.deepEqual(draws.order(1), trainingDraws(protocol, 5, shape).order(1));
    });

    it('refuse invalid seeds', () => {
      for (const seed of [0.5, -1, NaN, 2 ** 53]) {
        const draw = () => trainingDraws(protocol, seed, { layout, samples: 4, train: 2 });
        assert.throws(draw, LabError);
      }
    });
  });
}

describe('named draws', () => {
  it('of one kind do not depend on the size of another', () => {
    const small = trainingDraws('named', 5, { layout, samples: 40, train: 30 });
    const wider = layoutOf([3, 50, 4, 2], 'relu');
    const large = trainingDraws('named', 5, { layout: wider, samples: 80, train: 30 });
    assert.deepEqual(large.order(3), small.order(3));
    const deeper = trainingDraws('named', 5, { layout: wider, samples: 40, train: 20 });
    assert.deepEqual([...deeper.split.train], [...small.split.train.subarray(0, 20)]);
  });
});

describe('torch draws', () => {
  for (const expected of fixture.seeds) {
    const { seed } = expected;
    const shape = {
      layout: layoutOf(fixture.widths, 'relu'),
      samples: fixture.samples,
      train: expected.train.length,
    };

    it(`are those of layers, split and epochs after manual_seed(${seed})`, () => {
      const draws = trainingDraws('torch', seed, shape);
      const epochs = expected.epochs.map((_, e) =>
        Array.from(draws.order(e + 1), (i) => draws.split.train[i]),
      );
      assert.deepEqual(
        {
          seed,
          initialParameters: [...draws.initialParameters],
          train: [...draws.split.train],
          test: [...draws.split.test],
          epochs,
        },
        expected,
      );
    });
  }

  const shared = path.resolve(__dirname, '../../../../shared');
  const reference = path.join(shared, 'reference/NonLinear0.json');
  const published = path.join(shared, 'thesis/NonLinear0/NL-0_data.pth');
  const present = existsSync(reference) && existsSync(published) ? it : it.skip;

  present('are those of the published NonLinear0, down to the inputs of its first batch', () => {
    const run = JSON.parse(readFileSync(reference, 'utf8')) as Reference;
    const layout = layoutOf([run.inputDim, ...run.hidden, run.outputDim], 'relu');
    const draws = trainingDraws('torch', run.seed, {
      layout,
      samples: run.samples,
      train: run.train,
    });
    layersOf({ layout, parameters: draws.initialParameters }).forEach(({ weights, biases }, l) => {
      for (const [name, values] of [
        [`${l}.weight`, weights],
        [`${l}.bias`, biases],
      ] as const) {
        const head = run.initialParametersHead[name];
        assert.ok(head.length > 0);
        assert.deepEqual([...values.subarray(0, head.length)], head);
      }
    });
    const head = (indices: Uint32Array, like: number[]) => [...indices.subarray(0, like.length)];
    assert.deepEqual(head(draws.split.train, run.trainIndexHead), run.trainIndexHead);
    assert.deepEqual(head(draws.split.test, run.testIndexHead), run.testIndexHead);

    const inputs = firstStorage(published);
    const visited = draws.order(1).subarray(0, run.firstBatchInputs.length);
    assert.deepEqual(
      Array.from(visited, (i) => {
        const start = draws.split.train[i] * run.inputDim;
        return [...inputs.subarray(start, start + run.inputDim)];
      }),
      run.firstBatchInputs,
    );
  });
});

interface Reference {
  seed: number;
  inputDim: number;
  hidden: number[];
  outputDim: number;
  samples: number;
  train: number;
  initialParametersHead: Record<string, number[]>;
  trainIndexHead: number[];
  testIndexHead: number[];
  firstBatchInputs: number[][];
}

/** The first tensor of a `.pth` file: its bytes lie in the archive as they are, little-endian. */
function firstStorage(file: string): Float32Array {
  const entries = Object.entries(unzipSync(readFileSync(file)));
  const bytes = entries.find(([name]) => name.endsWith('/data/0'))?.[1];
  assert.ok(bytes);
  return new Float32Array(bytes.slice().buffer);
}
