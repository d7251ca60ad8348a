import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { checkSpecification, parseSpecification } from '../../../src/core/experiment/parse';
import { edited, problemsAfter, problemsOf, TEN_LINES } from './texts';

describe('text of a specification', () => {
  describe('that is not JSON', () => {
    it('is refused with the place and what stands there', () => {
      assert.deepEqual(problemsOf(''), ['1:1 the file is empty']);
      assert.deepEqual(problemsOf(' \n\t\n'), ['1:1 the file is empty']);
      assert.deepEqual(problemsOf('\ufeff'), ['1:1 the file is empty']);
      assert.deepEqual(problemsOf('{\n  "name": "x",\n'), ['3:1 not JSON: property name expected']);
      assert.deepEqual(problemsOf('{"name"'), ['1:8 not JSON: colon expected']);
      assert.deepEqual(problemsOf('{"name": "x'), [
        '1:10 not JSON: unexpected end of string, found "\\"x"',
      ]);
      assert.deepEqual(problemsOf('{"name": tru}'), ['1:10 not JSON: invalid symbol, found "tru"']);
      assert.deepEqual(problemsOf("{'name': 1}"), [
        '1:2 not JSON: invalid symbol, found "\'name\'"',
      ]);
      assert.deepEqual(problemsOf('{} {}'), ['1:4 not JSON: end of file expected, found "{"']);
    });

    it('is refused for comments and trailing commas, each once', () => {
      assert.deepEqual(
        problemsAfter(['"name"', '// mine\n  "name"'], ['16] }', '16,] }'], ['5 }', '5, }']),
        [
          '2:3 not JSON: invalid comment token, found "// mine"',
          '5:26 not JSON: property name expected, found "}"',
          '6:39 not JSON: value expected, found "]"',
        ],
      );
    });

    it('is refused where it ends within a comment or a string', () => {
      for (const text of ['{/*', '{/* "', '{//', '{"a\\', '{"\\u00']) {
        assert.match(problemsOf(text)[0], /^1:\d+ not JSON: /, text);
        requirePlaces(text);
      }
    });

    it('is refused where it is nested deeper than any stack goes, also behind comments', () => {
      for (const start of ['', '/* " */', '// "\n', '{"a":']) {
        const text = start + '['.repeat(200_000);
        const { problems } = checkSpecification(text);
        assert.equal(problems.length, 1);
        assert.equal(problems[0].message, 'nested more than 100 levels deep');
        assert.equal(problems[0].offset, start.length + (start === '{"a":' ? 99 : 100));
      }
      assert.match(problemsOf('['.repeat(100))[0], /not JSON: close bracket expected/);
    });
  });

  describe('position of a problem', () => {
    it('counts lines by LF, CRLF and CR alike', () => {
      const text = edited(TEN_LINES, ['64', '"many"']);
      const expected = ['5:28 specimen.hidden[0]: "many" is not allowed: expected a number'];
      for (const end of ['\n', '\r\n', '\r']) {
        assert.deepEqual(problemsOf(text.replaceAll('\n', end)), expected);
      }
    });

    it('counts columns in UTF-16 units, as editors do', () => {
      assert.deepEqual(problemsOf('{"name": "🧠é", "specimen": 1}').slice(0, 2), [
        '1:1 data: is missing: expected an object',
        '1:29 specimen: 1 is not allowed: expected an object',
      ]);
    });

    it('is the same with a byte order mark, while offsets count it', () => {
      const text = edited(TEN_LINES, ['5 }', '0 }']);
      const plain = checkSpecification(text).problems[0];
      const marked = checkSpecification(`\ufeff${text}`).problems[0];
      assert.deepEqual(marked, { ...plain, offset: plain.offset + 1 });
      assert.deepEqual(problemsOf('\ufeff{"a"}').slice(0, 1), [
        '1:5 not JSON: colon expected, found "}"',
      ]);
      assert.ok(checkSpecification(`\ufeff${TEN_LINES}`).specification);
    });

    it('covers the value, the name of an unknown field, or the object that lacks a field', () => {
      const covered = (text: string): string[] =>
        checkSpecification(text).problems.map(({ offset, length }) =>
          text.slice(offset, offset + length),
        );
      assert.deepEqual(covered(edited(TEN_LINES, ['16, 16]', '16, "x"]'])), ['"x"']);
      assert.deepEqual(covered(edited(TEN_LINES, ['"inputs"', '"input"'])), [
        '{ "input": 5 }',
        '"input"',
      ]);
    });
  });

  describe('that is JSON of another structure', () => {
    it('is refused as a whole when it is no object', () => {
      for (const text of ['[]', 'null', '3', '"x"', 'true', '[1, 2]']) {
        const value = JSON.stringify(JSON.parse(text));
        assert.deepEqual(problemsOf(text), [`1:1 ${value} is not allowed: expected an object`]);
      }
    });

    it('is refused where objects have strange fields in place of other values', () => {
      for (const strange of ['{}', '{ "valueOf": 1, "toString": 2 }', '[[]]', '1e400']) {
        for (const name of ['length', 'toString', 'then', '__proto__']) {
          for (const value of ['"Ten lines"', '16', '5', '[64, 16, 16]']) {
            const problems = problemsAfter([value, `{ "${name}": ${strange} }`]);
            assert.equal(problems.length, 1);
            assert.match(problems[0], /is not allowed: expected an? (string|number|array)$/);
          }
        }
      }
    });

    it('names every required field that is missing, at every level', () => {
      assert.deepEqual(problemsOf('{}'), [
        '1:1 name: is missing: expected a string',
        '1:1 data: is missing: expected an object',
        '1:1 specimen: is missing: expected an object',
      ]);
      assert.deepEqual(
        problemsAfter(['"count": 16', ''], ['"inputs": 5', ''], ['"hidden": [64, 16, 16]', '']),
        [
          '3:15 features.count: is missing: expected a number',
          '4:11 data.inputs: is missing: expected a number',
          '5:15 specimen.hidden: is missing: expected an array',
        ],
      );
    });

    it('is told which fields there are where one is unknown, and the likeliest', () => {
      const cases: [edits: [string, string][], problem: string][] = [
        [[['"data"', '"sedes": [1], "data"']], '4:3 sedes: unknown field; did you mean "seeds"?'],
        [
          [['{ "count"', '{ "Sparsity": 1, "count"']],
          '3:17 features.Sparsity: unknown field; did you mean "sparsity"?',
        ],
        [[['5 }', '5, "sample": 9 }']], '4:26 data.sample: unknown field; did you mean "samples"?'],
        [
          [['5 }', '5, "autoencoder": { "epoch": 9 } }']],
          '4:43 data.autoencoder.epoch: unknown field; did you mean "epochs"?',
        ],
        [
          [['{ "hidden"', '{ "dropout_twin": 0.5, "hidden"']],
          '5:17 specimen.dropout_twin: unknown field; did you mean "dropoutTwin"?',
        ],
        [
          [['"specimen"', '"training": { "nesterov": true }, "specimen"']],
          '5:17 training.nesterov: unknown field; known fields are optimizer, learningRate, beta1, beta2, epsilon, epochs, batchSize, trainShare, momentum, weightDecay, penalty',
        ],
        [
          [['"specimen"', '"pruning": { "retraining": { "learning_rate": 1 } }, "specimen"']],
          '5:32 pruning.retraining.learning_rate: unknown field; did you mean "learningRate"?',
        ],
        [
          [['"specimen"', '"__proto__": 1, "specimen"']],
          '5:3 __proto__: unknown field; known fields are $schema, name, description, seeds, streams, features, data, specimen, training, attribution, pruning, arms, measures, keep',
        ],
        [
          [['"specimen"', '"a b": 1, "specimen"']],
          '5:3 ["a b"]: unknown field; known fields are $schema, name, description, seeds, streams, features, data, specimen, training, attribution, pruning, arms, measures, keep',
        ],
      ];
      for (const [edits, problem] of cases) assert.deepEqual(problemsAfter(...edits), [problem]);
    });

    it('names fields that are there twice, and checks the one that counts', () => {
      assert.deepEqual(problemsAfter(['"data"', '"name": 3,\n  "data"']), [
        '4:3 name: appears twice; keep one',
        '4:11 name: 3 is not allowed: expected a string',
      ]);
      assert.deepEqual(problemsAfter(['"inputs": 5', '"inputs": 5, "inputs": 5, "inputs": 5']), [
        '4:26 data.inputs: appears twice; keep one',
        '4:39 data.inputs: appears twice; keep one',
      ]);
      const inList = edited(TEN_LINES, ['[64, 16, 16]', '[{ "a": 1, "a": 1 }]']);
      assert.match(problemsOf(inList)[1], /^5:38 specimen\.hidden\[0\]\.a: appears twice/);
    });
  });

  it('gives all problems at once, in the order of the text', () => {
    const text = `{
  "nam": "x",
  "seeds": [1, 1, 1.5],
  "streams": "numpy",
  "features": { "count": 4, "hidden": [3], "colour": 1 },
  "data": { "inputs": 0, "inputs": "many", "mod": "forward" },
  "specimen": { "hidden": [8, -1], "activation": "tanh" },
  "training": { "epochs": 2.5, "optimizer": "lion" },
  "pruning": { "method": "thesis", "caps": [1], "ratios": ["a", 0.1, 0.1] },
  "keep": { "specimens": true }
}`;
    assert.deepEqual(
      problemsOf(text).map((problem) => problem.replace(/: .*/, '')),
      [
        '1:1 name',
        '2:3 nam',
        '3:16 seeds[1]',
        '3:19 seeds[2]',
        '4:14 streams',
        '5:39 features.hidden',
        '5:44 features.colour',
        '6:26 data.inputs',
        '6:36 data.inputs',
        '6:44 data.mod',
        '7:31 specimen.hidden[1]',
        '7:50 specimen.activation',
        '8:27 training.epochs',
        '8:45 training.optimizer',
        '9:60 pruning.ratios[0]',
        '9:70 pruning.ratios[2]',
        '10:26 keep.specimens',
      ],
    );
  });

  describe('as an error', () => {
    it('has file, line, column and field of the first problem, and a line for each other', () => {
      const text = edited(TEN_LINES, ['16 }', '0 }'], ['5 }', '"x" }']);
      assert.throws(
        () => parseSpecification(text, '/lab/my experiment/experiment.json'),
        (error: unknown) => {
          assert.ok(error instanceof LabError);
          assert.equal(error.kind, 'invalid-input');
          assert.deepEqual(error.place, {
            file: '/lab/my experiment/experiment.json',
            line: 3,
            column: 26,
            field: 'features.count',
          });
          assert.deepEqual(error.message.split('\n'), [
            '/lab/my experiment/experiment.json:3:26: features.count: 0 is not allowed: expected at least 1',
            '/lab/my experiment/experiment.json:4:23: data.inputs: "x" is not allowed: expected a number',
          ]);
          return true;
        },
      );
    });

    it('lists a hundred problems and counts the rest', () => {
      const unknown = Array.from({ length: 130 }, (_, i) => `"unknown${i}": 0`).join();
      const text = edited(TEN_LINES, ['"data"', `${unknown}, "data"`]);
      const checked = checkSpecification(text);
      assert.equal(checked.problems.length, 100);
      assert.ok(!checked.specification && checked.more === 30);
      assert.throws(
        () => parseSpecification(text, 'e.json'),
        ({ message }: Error) => {
          const lines = message.split('\n');
          return lines.length === 101 && lines[100] === 'and 30 more';
        },
      );
    });
  });

  it('never throws: any change of a valid text is valid or has problems with places in the text', () => {
    const source = JSON.stringify(checkSpecification(TEN_LINES).specification, null, 1);
    const piece = fc.oneof(
      fc.constantFrom(' ', '\n', '\r', '0', '1', '.5', 'e1', '-'),
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '/*', '//', 'null', 'true'),
      fc.constantFrom('\u2028', '\ufeff', '\ud800', '🧠'),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.json({ maxDepth: 2 }),
    );
    const gone = fc.oneof(fc.constant(0), fc.nat(12));
    const change = fc.tuple(fc.nat(source.length), gone, piece);
    const outcomes = { valid: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const text = changes.reduce(
          (before, [at, gone, put]) => before.slice(0, at) + put + before.slice(at + gone),
          source,
        );
        const { specification, problems } = checkSpecification(text);
        outcomes[specification ? 'valid' : 'refused']++;
        assert.equal(problems.length > 0, specification === undefined);
        requirePlaces(text);
      }),
      { numRuns: 1500 },
    );
    assert.ok(outcomes.valid > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
  });

  it('never throws: any value in place of another is allowed or refused at its place', () => {
    const { specification } = checkSpecification(TEN_LINES);
    const paths = leafPaths(specification);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        const copy: unknown = structuredClone(specification);
        let parent = copy as Record<string, unknown>;
        for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
        parent[path[path.length - 1]] = value;
        requirePlaces(JSON.stringify(copy, null, 2));
      }),
      { numRuns: 1000 },
    );
  });
});

function requirePlaces(text: string): void {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const { offset, length, line, column, message } of checkSpecification(text).problems) {
    assert.ok(offset >= 0 && length >= 0 && offset + length <= text.length);
    assert.ok(line >= 1 && line <= lines.length);
    assert.ok(column >= 1 && column <= lines[line - 1].length + 1);
    assert.ok(message.length > 0);
  }
}

function leafPaths(value: unknown, path: readonly string[] = []): string[][] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => leafPaths(item, [...path, key]))
      : [];
  return path.length > 0 ? [[...path], ...inner] : inner;
}
