import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../../../src/core/formats/base64';

describe('base64', () => {
  it('is what Node writes and reads, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        assert.equal(encodeBase64(bytes), text);
        assert.deepEqual(decodeBase64(text), bytes);
        assert.deepEqual(decodeBase64(text.replace(/=+$/, '')), bytes);
      }),
    );
  });

  it('is told from what is none', () => {
    for (const text of ['A', 'AAAAA', 'AA-A', 'AA=A', '====', 'ÄAAA', 'AA A', 'AA€A']) {
      assert.equal(decodeBase64(text), undefined, text);
    }
    assert.deepEqual(decodeBase64(''), new Uint8Array());
  });
});
