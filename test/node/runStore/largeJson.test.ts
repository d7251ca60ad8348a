import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseObjectInParts } from '../../../src/node/runStore/largeJson';

async function partsOf(text: string): Promise<Readonly<Record<string, unknown>>[]> {
  const parts = [];
  for await (const part of parseObjectInParts(Buffer.from(text))) parts.push(part);
  return parts;
}

describe('an object in parts', () => {
  it('has the same fields as when parsed at once', async () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(anyObject, fc.nat(3), async (object, indent) => {
        // Beyond the size of a part, whatever else is in it.
        const long = { ...object, 'long }],{"': `"\\,${'é,'.repeat(40_000)}`, last: [{}, ','] };
        const text = JSON.stringify(long, null, indent);
        const parts = await partsOf(text);
        assert.ok(parts.length > 1);
        const together = Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
        assert.deepEqual(together, JSON.parse(text));
      }),
      { numRuns: 100 },
    );
  });

  it('is refused if it is not an object', async () => {
    for (const text of ['', '[]', 'null', '{"a":1', '{"a":1}}', '{"a" 1}']) {
      await assert.rejects(partsOf(text), SyntaxError, text);
    }
  });
});
