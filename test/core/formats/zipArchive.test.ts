import assert from 'node:assert/strict';
import { strToU8, zipSync } from 'fflate';
import { crc32 } from '../../../src/core/formats/crc32';
import { MemoryBudget } from '../../../src/core/formats/memoryBudget';
import { ZipArchive } from '../../../src/core/formats/zipArchive';
import { refuses } from './files';

const TEXT = strToU8('one line, one line, one line, one line');

function open(bytes: Uint8Array): ZipArchive {
  return new ZipArchive(bytes, new MemoryBudget(bytes.length));
}

/** A copy with a little-endian number put at `offset` of the first record with the signature. */
function patch(bytes: Uint8Array, signature: number, offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  let at = 0;
  while (view.getUint32(at, true) !== signature) at++;
  if (value > 0xffff) view.setUint32(at + offset, value, true);
  else view.setUint16(at + offset, value, true);
  return copy;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

describe('zip archive', () => {
  const stored = zipSync({ 'a.txt': TEXT, 'b/ü': new Uint8Array(0) }, { level: 0 });
  const deflated = zipSync({ 'a.txt': TEXT }, { level: 9 });

  it('lists and reads stored and deflated entries', () => {
    assert.deepEqual(open(stored).names, ['a.txt', 'b/ü']);
    assert.deepEqual(open(stored).read('a.txt'), TEXT);
    assert.deepEqual(open(stored).read('b/ü'), new Uint8Array(0));
    assert.ok(deflated.length < stored.length);
    assert.equal(open(deflated).sizeOf('a.txt'), TEXT.length);
    assert.deepEqual(open(deflated).read('a.txt'), TEXT);
    assert.equal(open(deflated).sizeOf('c'), undefined);
    refuses(() => open(deflated).read('c'), 'invalid-input', /no entry "c"/);
  });

  it('computes the checksum of ISO 3309', () => {
    assert.equal(crc32(strToU8('123456789')), 0xcbf43926);
    assert.equal(crc32(new Uint8Array(0)), 0);
  });

  it('notices damaged data, unless the archive has no checksums', () => {
    const damaged = stored.slice();
    damaged[40] ^= 1;
    refuses(() => open(damaged).read('a.txt'), 'invalid-input', /"a\.txt" is damaged/);
    const torn = deflated.slice();
    torn[36] ^= 0xff;
    refuses(() => open(torn).read('a.txt'), 'invalid-input', /"a\.txt"/);
    const unchecked = patch(patch(damaged, CENTRAL, 16, 0), CENTRAL, 18, 0);
    assert.equal(open(unchecked).read('a.txt').length, TEXT.length);
  });

  it('refuses what it is not made for, by name', () => {
    refuses(() => open(patch(stored, CENTRAL, 8, 1)), 'unsupported', /"a\.txt" is encrypted/);
    refuses(() => open(patch(stored, CENTRAL, 10, 12)), 'unsupported', /"a\.txt" .* method 12/);
    refuses(() => open(patch(stored, END, 4, 1)), 'unsupported', /several parts/);
    const huge = patch(patch(stored, END, 8, 0xffff), END, 10, 0xffff);
    refuses(() => open(huge), 'unsupported', /65534 entries/);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < stored.length; length++) {
      refuses(
        () => open(stored.subarray(0, length)),
        'invalid-input',
        /not a complete zip archive/,
      );
    }
  });

  it('refuses sizes and places that the file does not bear out', () => {
    refuses(() => open(patch(stored, END, 16, 1e6)), 'invalid-input', /directory .* byte 1000000/);
    refuses(() => open(patch(stored, CENTRAL, 28, 60000)), 'invalid-input', /directory is cut off/);
    const beyond = patch(patch(stored, CENTRAL, 20, 1e6), CENTRAL, 24, 1e6);
    refuses(() => open(beyond).read('a.txt'), 'invalid-input', /"a\.txt" of 1000000 bytes .* end/);
    refuses(() => open(patch(stored, CENTRAL, 24, 7)).read('a.txt'), 'invalid-input', /two sizes/);
    refuses(() => open(patch(stored, CENTRAL, 42, 7)).read('a.txt'), 'invalid-input', /no header/);
    refuses(() => open(patch(stored, LOCAL, 28, 60000)).read('a.txt'), 'invalid-input', /end/);
    const longer = patch(deflated, CENTRAL, 24, TEXT.length + 1);
    refuses(() => open(longer).read('a.txt'), 'invalid-input', /holds 38 bytes, not the 39/);
  });

  it('refuses two entries of one name', () => {
    const twice = zipSync({ a: TEXT, b: TEXT }, { level: 0 });
    twice[twice.lastIndexOf('b'.charCodeAt(0))] = 'a'.charCodeAt(0);
    refuses(() => open(twice), 'invalid-input', /two entries "a"/);
  });

  it('stops a bomb before it is unpacked, whether or not it tells its size', () => {
    const bomb = zipSync({ zeros: new Uint8Array(2 ** 25) }, { level: 9 });
    assert.ok(bomb.length < 2 ** 16);
    refuses(() => open(bomb).read('zeros'), 'invalid-input', /"zeros" .* 33554432 bytes/);
    const liar = patch(bomb, CENTRAL, 24, 2 ** 17);
    refuses(() => open(liar).read('zeros'), 'invalid-input', /more than the 131072 bytes/);
  });
});
