import assert from 'node:assert/strict';
import { checkSpecification } from '../../../src/core/experiment/parse';
import { edited, problemsAfter, problemsOf, TEN_LINES } from './texts';

const WITH_PRUNING = edited(TEN_LINES, ['"specimen"', '"pruning": {},\n  "specimen"']);

function problemsOfPruning(pruning: string): string[] {
  return problemsOf(edited(WITH_PRUNING, ['{}', pruning]));
}

const IMPORTED = `{
  "name": "Imported",
  "data": { "source": "imported", "data": "data.pth", "encoder": "encoder.pth" },
  "specimen": { "hidden": [8] }
}
`;

describe('a specification', () => {
  it('is whole in ten lines: everything else has defaults', () => {
    assert.ok(TEN_LINES.trimEnd().split('\n').length <= 10);
    assert.deepEqual(checkSpecification(TEN_LINES), {
      specification: {
        name: 'Ten lines',
        seeds: [42],
        streams: 'named',
        features: {
          count: 16,
          sparsity: 0.7,
          importance: [-1, 1],
          importanceBound: 0.1,
          activation: 'relu',
        },
        data: {
          source: 'generated',
          samples: 10_000,
          inputs: 5,
          outputs: 2,
          mode: 'forward',
          seed: 42,
          autoencoder: { epochs: 100, batchSize: 32, learningRate: 0.001 },
        },
        specimen: { hidden: [64, 16, 16], activation: 'relu' },
        training: {
          optimizer: 'adam',
          learningRate: 0.001,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          epochs: 50,
          batchSize: 64,
          trainShare: 0.7,
        },
        attribution: {
          method: 'finite-difference',
          rule: 'gausslegendre',
          steps: 50,
          rows: 'pre-activation',
        },
        pruning: {
          method: 'global-structured',
          ratios: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6],
          norm: 'l1',
          normalize: true,
          retraining: { epochs: 50, learningRate: 0.001 },
        },
        measures: { threshold: 0.5, compatibility: 'none', nullNeurons: 65_536 },
        keep: { attributions: 'stages', specimens: 'stages' },
      },
      problems: [],
    });
  });

  it('with its defaults written out is the same specification', () => {
    for (const text of [TEN_LINES, IMPORTED]) {
      const { specification } = checkSpecification(text);
      assert.deepEqual(
        checkSpecification(JSON.stringify(specification)).specification,
        specification,
      );
    }
  });

  it('of imported data needs its files only', () => {
    assert.deepEqual(checkSpecification(IMPORTED).specification?.data, {
      source: 'imported',
      data: 'data.pth',
      encoder: 'encoder.pth',
      activation: 'relu',
    });
  });

  describe('with a value that is not allowed', () => {
    it('names the value and what is allowed', () => {
      const cases: [from: string, to: string, problem: string][] = [
        ['"Ten lines"', '""', '2:11 name: "" is not allowed: expected 1 to 200 characters'],
        ['"Ten lines"', 'null', '2:11 name: null is not allowed: expected a string'],
        ['16 }', '16.5 }', '3:26 features.count: 16.5 is not allowed: expected a whole number'],
        ['16 }', '0 }', '3:26 features.count: 0 is not allowed: expected at least 1'],
        ['16 }', '10001 }', '3:26 features.count: 10001 is not allowed: expected at most 10000'],
        ['16 }', '1e30 }', '3:26 features.count: 1e30 is not allowed: expected at most 10000'],
        ['16 }', '"16" }', '3:26 features.count: "16" is not allowed: expected a number'],
        [
          '[64, 16, 16]',
          '[]',
          '5:27 specimen.hidden: [] is not allowed: expected at least 1 entry',
        ],
        ['[64, 16, 16]', '64', '5:27 specimen.hidden: 64 is not allowed: expected an array'],
        [
          '5 }',
          '5, "mode": "backward" }',
          '4:34 data.mode: "backward" is not allowed: expected "inverted" or "forward"',
        ],
        [
          '16 }',
          '16, "importance": [1] }',
          '3:44 features.importance: [1] is not allowed: expected at least 2 entries',
        ],
        [
          '16 }',
          '16, "importance": [0, 1, 2] }',
          '3:44 features.importance: [0,1,2] is not allowed: expected at most 2 entries',
        ],
      ];
      for (const [from, to, problem] of cases)
        assert.deepEqual(problemsAfter([from, to]), [problem]);
      assert.deepEqual(problemsOfPruning('{ "ratios": [1, -0.1] }'), [
        '5:27 pruning.ratios[0]: 1 is not allowed: expected less than 1',
        '5:30 pruning.ratios[1]: -0.1 is not allowed: expected at least 0',
      ]);
    });

    it('names both forms of a field that has two, or the fault in the one it has', () => {
      const sparsity = (value: string): string[] =>
        problemsAfter(['16 }', `16, "sparsity": ${value} }`]);
      assert.deepEqual(sparsity('"rare"'), [
        '3:42 features.sparsity: "rare" is not allowed: expected a number or an array',
      ]);
      assert.deepEqual(sparsity('1.5'), [
        '3:42 features.sparsity: 1.5 is not allowed: expected at most 1',
      ]);
      assert.deepEqual(sparsity('[2, "a"]'), [
        '3:43 features.sparsity[0]: 2 is not allowed: expected at most 1',
        '3:46 features.sparsity[1]: "a" is not allowed: expected a number',
      ]);
      assert.deepEqual(sparsity('[]'), [
        '3:42 features.sparsity: [] is not allowed: has 0 entries, but features.count is 16',
      ]);
      assert.deepEqual(problemsOfPruning('{ "caps": {} }'), [
        '5:24 pruning.caps: {} is not allowed: expected a number or an array',
      ]);
      assert.deepEqual(problemsOfPruning('{ "caps": [0.5, null, 0] }'), [
        '5:36 pruning.caps[2]: 0 is not allowed: expected more than 0',
      ]);
    });

    it('names what the meant kind of data allows', () => {
      const data = (text: string): string[] => problemsAfter(['{ "inputs": 5 }', text]);
      const sources = 'expected "generated" or "imported"';
      assert.deepEqual(data('{ "source": "importd", "data": "x" }'), [
        `4:23 data.source: "importd" is not allowed: ${sources}`,
      ]);
      assert.deepEqual(data('{ "source": null, "inputs": 5 }'), [
        `4:23 data.source: null is not allowed: ${sources}`,
      ]);
      for (const value of ['5', 'null', '[]', '"imported"']) {
        assert.deepEqual(data(value), [`4:11 data: ${value} is not allowed: expected an object`]);
      }
      assert.deepEqual(data('{}'), ['4:11 data.inputs: is missing: expected a number']);
      assert.deepEqual(data('{ "data": "d.pth", "encoder": "e.pth" }'), [
        '4:11 data.source: is missing: expected "imported"',
      ]);
      assert.deepEqual(data('{ "sorce": "generated", "inputs": 5 }'), [
        '4:13 data.sorce: unknown field; did you mean "source"?',
      ]);
      assert.deepEqual(data('{ "source": "generated", "inputs": 5, "encoder": "e.pth" }'), [
        '4:49 data.encoder: unknown field; known fields are source, samples, inputs, outputs, mode, seed, autoencoder',
      ]);
      const imported = edited(IMPORTED, ['"data": "data.pth"', '"samples": 5']);
      assert.deepEqual(problemsOf(imported), [
        '3:11 data.data: is missing: expected a string',
        '3:35 data.samples: unknown field; known fields are source, data, encoder, featureModel, activation',
      ]);
    });
  });

  describe('with fields that contradict each other', () => {
    it('says which field does not fit which', () => {
      assert.deepEqual(problemsAfter(['  "features": { "count": 16 },\n', '']), [
        '1:1 features: is missing: it is required for generated data',
      ]);
      assert.deepEqual(
        problemsOf(edited(IMPORTED, ['"data"', '"features": { "count": 2 },\n  "data"'])),
        [
          '3:15 features: {"count":2} is not allowed: is not allowed with imported data, whose encoder defines the features; remove this section',
        ],
      );
      const features = (fields: string): string[] => problemsAfter(['16 }', `16, ${fields} }`]);
      assert.deepEqual(features('"hidden": [8, 9]'), [
        '3:40 features.hidden: [8,9] is not allowed: the widths sum to 17, but features.count is 16',
      ]);
      assert.deepEqual(features('"sparsity": [0.5, 0.5]'), [
        '3:42 features.sparsity: [0.5,0.5] is not allowed: has 2 entries, but features.count is 16',
      ]);
      assert.deepEqual(features('"importance": [1, 1]'), [
        '3:44 features.importance: [1,1] is not allowed: the first number must be smaller than the second',
      ]);
      const small = 'no weight between -0.05 and 0.05 reaches features.importanceBound';
      assert.deepEqual(features('"importance": [-0.05, 0.05]'), [
        `3:44 features.importance: [-0.05,0.05] is not allowed: ${small}, 0.1`,
      ]);
      assert.deepEqual(features('"importanceBound": 1'), [
        '3:49 features.importanceBound: 1 is not allowed: no weight between -1 and 1 reaches features.importanceBound, 1',
      ]);
      // 0.1 rounds up to a float32 that is above the largest weight.
      assert.equal(features('"importance": [-0.05, 0.1000000001]').length, 1);
      assert.equal(features('"importance": [-0.05, 0.1001]').length, 0);
    });

    it('refuses what the pruning method would refuse', () => {
      for (const method of ['thesis', 'torch-pruning']) {
        assert.deepEqual(problemsOfPruning(`{ "caps": 0.5, "method": "${method}" }`), [
          `5:24 pruning.caps: 0.5 is not allowed: the method "${method}" does not support caps`,
        ]);
      }
      for (const method of ['global-structured', 'random-structured']) {
        assert.deepEqual(
          problemsOfPruning(`{ "caps": [0.5, null, 1], "method": "${method}" }`),
          [],
        );
        assert.deepEqual(problemsOfPruning(`{ "caps": [0.5], "method": "${method}" }`), [
          '5:24 pruning.caps: [0.5] is not allowed: has 1 entry, but specimen.hidden has 3',
        ]);
      }
    });

    it('refuses seeds and ratios that are there twice', () => {
      assert.deepEqual(problemsOfPruning('{ "ratios": [0.1, 0, 0.10, 0.1] }'), [
        '5:35 pruning.ratios[2]: 0.10 is not allowed: listed twice',
        '5:41 pruning.ratios[3]: 0.1 is not allowed: listed twice',
      ]);
      assert.deepEqual(problemsAfter(['"data"', '"seeds": [7, 7], "data"']), [
        '4:16 seeds[1]: 7 is not allowed: listed twice',
      ]);
    });

    it('refuses a split that leaves a side without samples', () => {
      const share = (trainShare: number): string[] =>
        problemsAfter(['5 }', `5, "samples": 4 }, "training": { "trainShare": ${trainShare} }`]);
      assert.match(
        share(0.1)[0],
        /^4:70 training\.trainShare: 0\.1 is .* leaves 0 for training and 4 for testing/,
      );
      assert.match(share(0.9)[0], /leaves 4 for training and 0 for testing/);
      assert.deepEqual(share(0.5), []);
    });

    it('refuses sizes that no memory holds', () => {
      assert.match(
        problemsAfter(['[64, 16, 16]', '[100000, 100000]'])[0],
        /^5:27 specimen\.hidden: .* a specimen of 10000900002 parameters would take 40 GB of memory; the limit/,
      );
      assert.match(
        problemsAfter(['16 }', '10000 }'], ['5 }', '5, "samples": 1000000 }'])[0],
        /^4:37 data\.samples: .* 1000000 × 10000 values/,
      );
      assert.match(
        problemsAfter(['16 }', '10000 }'], ['[64, 16, 16]', '[20000]'])[0],
        /an attribution matrix of 20000 × 10000 values/,
      );
      assert.deepEqual(problemsAfter(['[64, 16, 16]', '[1000000]']), []);
    });
  });
});
