import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkSpecification, parseSpecification } from '../../../src/core/experiment/parse';
import { problemsAfter, problemsOf } from './texts';

const FIELDS = '"name":"x","features":{"count":4},"data":{"inputs":3},"specimen":{"hidden":[4]}';
const caseText = (name: string): string =>
  readFileSync(path.join('test', 'fixtures', 'cases', name, 'experiment.json'), 'utf8');

/** Far above what a slow machine needs, far below what anything that is not linear takes. */
const MAX_MS = 3000;

describe('texts of specifications that nobody would write', () => {
  const long = 'x'.repeat(900_000);
  const cases: [what: string, text: string, first: RegExp, more: number | 'some' | undefined][] = [
    [
      '40,000 unknown fields',
      `{${FIELDS},${Array.from({ length: 40_000 }, (_, i) => `"no${i}": ${i}`).join(',\n')}}`,
      /unknown field/,
      39_900,
    ],
    [
      'unknown fields before those that are known',
      `{${Array.from({ length: 40_000 }, (_, i) => `"no${i}": ${i}`).join(',\n')},${FIELDS}}`,
      /unknown field/,
      39_900,
    ],
    [
      'lines of comments',
      `{${FIELDS}\n${'//\n'.repeat(200_000)}}`,
      /invalid comment token/,
      'some',
    ],
    [
      'fields that are there again',
      `{${`${FIELDS},`.repeat(9000)}"name":"x"}`,
      /appears twice/,
      undefined,
    ],
    [
      'a list of texts',
      `{${FIELDS},"seeds":[${'"a",'.repeat(200_000)}1]}`,
      /"a" is not allowed/,
      199_900,
    ],
    [
      'one ratio, often',
      `{${FIELDS},"pruning":{"ratios":[${'0.1,'.repeat(11_000)}0.2]}}`,
      /at most 10000 entries/,
      undefined,
    ],
    [
      'a million seeds',
      `{${FIELDS},"seeds":[${'1,'.repeat(1_000_000)}2]}`,
      /at most 1000000 are allowed/,
      undefined,
    ],
    ['lists in lists', `{"seeds":[${'[],'.repeat(300_000)}1]}`, /is missing/, undefined],
    [
      'deep nesting',
      `{"seeds":${'['.repeat(900_000)}`,
      /nested more than 100 levels deep/,
      undefined,
    ],
    [
      'deep nesting of objects',
      '{"a":'.repeat(150_000),
      /nested more than 100 levels deep/,
      undefined,
    ],
    ['a long name of a field', `{${FIELDS},"${long}":1}`, /unknown field; known fields are/, 0],
    ['a long text', `{"description":"${long}"}`, /is missing/, undefined],
    [
      'a long text in place of a number',
      `{${FIELDS},"seeds":["${long}"]}`,
      /^"x{76}\.\.\. is not allowed: expected a number/,
      0,
    ],
    [
      'a long number',
      `{${FIELDS},"seeds":[${'9'.repeat(900_000)}]}`,
      /^9{77}\.\.\. is not allowed: expected a number between/,
      0,
    ],
    [
      'a number of many digits',
      `{${FIELDS},"seeds":[1.${'0'.repeat(900_000)}1]}`,
      /^1\.0{75}\.\.\. is not allowed: it has more digits/,
      0,
    ],
    ['quotes', '"'.repeat(900_000), /not JSON/, undefined],
    ['lines', `${'\n'.repeat(900_000)}{,}`, /not JSON/, undefined],
    [
      'conflicts',
      '{\n' + '<<<<<<< a\n=======\n>>>>>>> b\n'.repeat(30_000),
      /a merge conflict of 3 lines/,
      'some',
    ],
    [
      'conflicts without an end',
      '{\n' + '<<<<<<< a\n'.repeat(80_000),
      /a merge conflict begins here/,
      'some',
    ],
  ];
  for (const [what, text, first, more] of cases) {
    it(`are told of in bounded time and number: ${what}`, () => {
      const started = process.cpuUsage();
      const checked = checkSpecification(text);
      const { user } = process.cpuUsage(started);
      assert.ok(user / 1000 < MAX_MS, `${user / 1000} ms`);
      assert.ok(!checked.specification);
      assert.ok(checked.problems.length >= 1 && checked.problems.length <= 100);
      assert.match(checked.problems[0].message, first);
      if (more !== undefined) assert.equal(checked.more, more);
      for (const { message, field } of checked.problems) {
        assert.ok(message.length < 500 && field.length < 200, message.slice(0, 600));
      }
    });
  }

  it('are found to be right however many unknown fields stand before', () => {
    const unknown = Array.from({ length: 5000 }, (_, i) => `"no${i}": ${i}`).join();
    const checked = checkSpecification(`{${unknown},${FIELDS}}`);
    assert.ok(!checked.specification);
    assert.ok(checked.problems.every(({ message }) => message.startsWith('unknown field')));
    assert.equal(checked.more, 4900);
  });
});

describe('numbers in a message', () => {
  it('have the digits of the file', () => {
    const shown = (written: string): string => {
      const [problem] = problemsAfter(['"count": 16', `"count": ${written}`]);
      return problem.replace(/^.*?features\.count: /, '');
    };
    for (const written of [
      '18446744073709551615',
      '1e400',
      '-0',
      '1E5',
      '0.1000000000000000055',
      '1e-400',
      '0.10',
      '-1.50e+3',
    ]) {
      assert.ok(shown(written).startsWith(`${written} `), shown(written));
    }
    assert.equal(
      shown('1e400'),
      '1e400 is not allowed: expected a number between -1.7976931348623157e+308 and 1.7976931348623157e+308',
    );
    assert.deepEqual(problemsAfter(['[64, 16, 16]', '{ "a": 1E5 , "b": [ 1.0 ] }']), [
      '5:27 specimen.hidden: {"a":1E5,"b":[1.0]} is not allowed: expected an array',
    ]);
  });

  it('say where a whole number would be made of something else', () => {
    assert.deepEqual(problemsAfter(['"count": 16', '"count": 16.0000000000000000001']), [
      '3:26 features.count: 16.0000000000000000001 is not allowed: it has more digits than a number can hold',
    ]);
    assert.deepEqual(problemsAfter(['"data"', '"seeds": [9007199254740990.9, 1e-400], "data"']), [
      '4:13 seeds[0]: 9007199254740990.9 is not allowed: it has more digits than a number can hold',
      '4:33 seeds[1]: 1e-400 is not allowed: it has more digits than a number can hold',
    ]);
    const share = '"training": { "trainShare": 0.99999999999999999999 }, "specimen"';
    assert.deepEqual(problemsAfter(['"specimen"', share]), [
      '5:31 training.trainShare: 0.99999999999999999999 (read as 1) is not allowed: expected less than 1',
    ]);
  });

  it('may be written in any way that means what is read', () => {
    const seeds = '"seeds": [1.0, 2e0, 30e-1, 0.4e1, -0, 9007199254740991, 5E+0], "data"';
    assert.deepEqual(problemsAfter(['"data"', seeds], ['"count": 16', '"count": 1.6E1']), []);
  });

  it('are those of the file that was tried', () => {
    assert.throws(() => parseSpecification(caseText('big-numbers'), 'experiment.json'), {
      message:
        'experiment.json:31:5: seeds[0]: 18446744073709551615 is not allowed: expected at most 9007199254740991',
    });
  });
});

describe('a merge conflict', () => {
  it('is named with its line and its size', () => {
    assert.deepEqual(
      problemsOf(
        '{\n  "name": "x",\n<<<<<<< HEAD\n  "seeds": [1]\n=======\n  "seeds": [2]\n>>>>>>> b\n}\n',
      ),
      [
        '3:1 not JSON: a merge conflict of 5 lines begins here; keep one of its sides and remove the lines with <<<<<<<, ======= and >>>>>>>',
      ],
    );
    assert.deepEqual(problemsOf('\ufeff<<<<<<< HEAD\n{}\n').length, 1);
    assert.deepEqual(problemsOf('{\n>>>>>>> b\n}'), [
      '2:1 not JSON: this line is left over from a merge conflict; remove it',
    ]);
  });
});

describe('steps that a rule cannot take', () => {
  it('are refused at their line', () => {
    assert.deepEqual(problemsOf(caseText('trapezoid')), [
      '33:14 attribution.steps: 1 is not allowed: the rule "riemann_trapezoid" needs at least 2 steps',
    ]);
  });

  it('are no matter where no rule is used', () => {
    const text = caseText('trapezoid').replace('integrated-gradients', 'gradient');
    assert.deepEqual(problemsOf(text), []);
    const two = caseText('trapezoid').replace('"steps": 1', '"steps": 2');
    assert.deepEqual(problemsOf(two), []);
  });
});
