import assert from 'node:assert/strict';
import { z } from 'zod';
import { checkValue, fieldName } from '../../src/core/schemaFindings';

/** What is wrong with a value, as `field: message`. */
function found(schema: z.ZodType, value: unknown): string[] {
  const { findings = [] } = checkValue(schema, value);
  return findings.map(({ path, message }) => `${fieldName(path)}: ${message}`);
}

describe('findings of a schema', () => {
  it('are worded like other messages, for every kind of finding', () => {
    const cases: [schema: z.ZodType, value: unknown, message: string][] = [
      [z.object({ a: z.string() }), {}, 'a: is missing: expected a string'],
      [z.object({ a: z.int() }), { a: 1.5 }, 'a: 1.5 is not allowed: expected a whole number'],
      [
        z.number(),
        Infinity,
        `: Infinity is not allowed: expected a number between -${Number.MAX_VALUE} and ${Number.MAX_VALUE}`,
      ],
      [z.array(z.number()).max(1), [1, 2], ': [1,2] is not allowed: expected at most 1 entry'],
      [z.tuple([z.number()]), {}, ': {} is not allowed: expected an array'],
      [z.string().max(2), 'abc', ': "abc" is not allowed: expected at most 2 characters'],
      [z.string().regex(/^a/), 'b', ': "b" is not allowed: expected text in another format'],
      [
        z.iso.datetime(),
        'now',
        ': "now" is not allowed: expected a date and time such as "2026-01-31T12:00:00Z"',
      ],
      [z.number().multipleOf(3), 4, ': 4 is not allowed: expected a multiple of 3'],
      [
        z.record(z.string().max(1), z.number()),
        { ab: 1 },
        'ab: 1 is not allowed: expected another name',
      ],
      [z.record(z.string(), z.number()), [], ': [] is not allowed: expected an object'],
      [z.custom(() => false), 4, ': 4 is not allowed: expected another value'],
      [z.number().refine(() => false), 4, ': 4 is not allowed: expected another value'],
      [z.enum(['a', 'b']), 4, ': 4 is not allowed: expected "a" or "b"'],
      [z.literal(4), 5, ': 5 is not allowed: expected 4'],
      [z.strictObject({}), { 'a b': 1 }, '["a b"]: unknown field'],
      [
        z.union([z.string(), z.number()]),
        null,
        ': null is not allowed: expected a string or a number',
      ],
      [
        z.discriminatedUnion('k', [z.object({ k: z.literal('a') })]),
        { k: 'b' },
        'k: "b" is not allowed: expected another value',
      ],
      [z.never(), 4, ': 4 is not allowed: expected nothing'],
    ];
    for (const [schema, value, message] of cases) assert.deepEqual(found(schema, value), [message]);
  });

  it('are limited in number, and the rest is counted', () => {
    const values = Array.from({ length: 1000 }, () => 'x');
    const { findings, more } = checkValue(z.array(z.number()), values) as {
      findings: unknown[];
      more: number;
    };
    assert.deepEqual([findings.length, more], [100, 900]);
  });

  it('are empty if the value is valid, which is returned with its defaults', () => {
    assert.deepEqual(checkValue(z.object({ a: z.number().default(3) }), {}), { data: { a: 3 } });
  });
});
