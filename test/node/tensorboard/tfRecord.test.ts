import assert from 'node:assert/strict';
import { crc32c } from '../../../src/node/tensorboard/tfRecord';

describe('CRC32C', () => {
  const bytes = (length: number, value: (i: number) => number): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => value(i));

  it('is what the standard gives', () => {
    // RFC 3720, B.4, as numbers; the last is the check value of the catalogue of CRCs.
    assert.equal(crc32c(bytes(32, () => 0)), 0x8a9136aa);
    assert.equal(crc32c(bytes(32, () => 0xff)), 0x62a8ab43);
    assert.equal(crc32c(bytes(32, (i) => i)), 0x46dd794e);
    assert.equal(crc32c(bytes(32, (i) => 31 - i)), 0x113fdb5c);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array()), 0);
  });
});
