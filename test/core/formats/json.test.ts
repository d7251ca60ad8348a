import fc from 'fast-check';
import assert from 'node:assert/strict';
import { positionsIn } from '../../../src/core/formats/json/positions';
import {
  compactJson,
  deeperThan,
  itemSpans,
  memberSpans,
  spanAt,
} from '../../../src/core/formats/json/spans';
import { isReadAsWritten, readJsonTree, valueOf } from '../../../src/core/formats/json/tree';

const EVERYTHING = { wants: () => true, maxDepth: 100, maxValues: 10_000, maxUnexpected: 10_000 };

/** A value as JSON in some layout. */
const texts = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\t', '\r\n '))
  .map(([value, space]) => {
    const text = JSON.stringify(value, null, 1).replaceAll('\n', `\n${space}`);
    return { value: JSON.parse(text) as unknown, text: `${space}${text}${space}` };
  });

/** Without what stands in arrays in arrays, which a tree leaves out. */
function asInTree(value: unknown, inArray = false): unknown {
  if (Array.isArray(value)) return inArray ? [] : value.map((item) => asInTree(item, true));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, asInTree(item)]);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as unknown;
}

describe('JSON with its places', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(texts, ({ value, text }) => {
        const { root, error } = readJsonTree(text, EVERYTHING);
        assert.equal(error, undefined);
        assert.ok(root);
        assert.equal(JSON.stringify(valueOf(root)), JSON.stringify(asInTree(value)));
        const { offset, length } = root;
        assert.equal(text.slice(offset, offset + length), text.trim());
      }),
    );
  });

  it('is refused where JSON.parse refuses it', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u00e',
      '1',
      '-',
      '.',
      'e',
      '0',
      'true',
      'nul',
      ' ',
      '\n',
      '\u00a0',
      'a',
    );
    const broken = fc
      .tuple(texts, fc.nat(60), fc.nat(3), fc.array(piece, { maxLength: 3 }))
      .map(([{ text }, at, gone, put]) => text.slice(0, at) + put.join('') + text.slice(at + gone));
    fc.assert(
      fc.property(
        fc.oneof(
          broken,
          fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
        ),
        (text) => {
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          const { error } = readJsonTree(text, EVERYTHING);
          assert.equal(error === undefined, valid, text);
          assert.ok(!error || (error.offset >= 0 && error.offset <= text.length));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('has the places of its fields and entries', () => {
    fc.assert(
      fc.property(texts, ({ value, text }) => {
        const look = (inner: unknown, path: (string | number)[]): void => {
          const span = spanAt(text, path);
          assert.ok(span, JSON.stringify(path));
          const found = text.slice(span.offset, span.offset + span.length);
          assert.deepEqual(JSON.parse(found), inner);
          assert.equal(
            itemSpans(text, span.offset).length,
            Array.isArray(inner) ? inner.length : 0,
          );
          if (typeof inner !== 'object' || inner === null) return;
          if (!Array.isArray(inner)) {
            const names = memberSpans(text, span.offset).map(({ name }) => name);
            assert.deepEqual(new Set(names), new Set(Object.keys(inner)));
          }
          for (const [key, item] of Object.entries(inner)) {
            look(item, [...path, Array.isArray(inner) ? Number(key) : key]);
          }
        };
        look(value, []);
      }),
    );
  });

  it('is told to be too deep before it is read, whatever stands in strings', () => {
    assert.equal(deeperThan(2, '[["[[[[\\"[[[", {}]]'), 15);
    assert.equal(deeperThan(3, '[["[[[[\\"[[[", {}]]'), undefined);
    assert.equal(deeperThan(500, '['.repeat(1_000_000)), 500);
    assert.equal(deeperThan(1, `{"a": "${'x\\\\'.repeat(1_000_000)}"}`), undefined);
    assert.equal(deeperThan(1, '"['), undefined);
  });

  it('counts lines by LF, CRLF and CR, and goes back where it is asked to', () => {
    const text = '\ufeffa\nb\r\nc\rd';
    const at = positionsIn(text);
    // Within CRLF nobody asks.
    const places = [...text].map((_, offset) => offset).filter((offset) => offset !== 5);
    for (const offset of [...places, ...[...places].reverse(), 3, 8, 1]) {
      const lines = text
        .slice(0, offset)
        .replace(/^\ufeff/, '')
        .split(/\r\n|\r(?!\n)|\n/);
      assert.deepEqual(
        at(offset),
        { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
        String(offset),
      );
    }
  });

  it('is shown in a line with its own characters, shortened, and nothing that a terminal obeys', () => {
    const text = '{ "a b" : [ 1.0 ,\n 1E5 ], "c": "x \\u001b[1m\u009b\u202e" }';
    assert.equal(
      compactJson(text, 0, text.length),
      '{"a b":[1.0,1E5],"c":"x \\u001b[1m\\u009b\\u202e"}',
    );
    assert.equal(compactJson('9'.repeat(1e6), 0, 1e6), `${'9'.repeat(77)}...`);
  });

  it('knows whole numbers that were made of something else', () => {
    const other = [
      '9007199254740990.9',
      '1e-400',
      '0.99999999999999999999',
      '-1.0000000000000000001',
      '123456789012345.00000000001',
    ];
    for (const written of other) assert.ok(!isReadAsWritten(written, Number(written)), written);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(5), fc.boolean(), (value, zeros, capital) => {
        const power = `${'0'.repeat(zeros)}e-${zeros}`;
        for (const written of [
          `${value}`,
          `${value}.${'0'.repeat(zeros + 1)}`,
          `${value}${capital ? power.toUpperCase() : power}`,
        ]) {
          assert.ok(isReadAsWritten(written, Number(written)), written);
        }
      }),
    );
  });
});
