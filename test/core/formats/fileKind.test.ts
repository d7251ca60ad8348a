import assert from 'node:assert/strict';
import fc from 'fast-check';
import { importDataSet } from '../../../src/core/data/importedDataSet';
import { importEncoder } from '../../../src/core/data/importedNetworks';
import { fileKindOf } from '../../../src/core/formats/fileKind';
import { outcome } from './files';

function kind(text: string): string {
  return fileKindOf(Uint8Array.from(text, (c) => c.charCodeAt(0))).format;
}

describe('the kind of a file', () => {
  it('is seen from its content', () => {
    const cases: readonly [format: string, text: string][] = [
      ['empty', ''],
      ['empty', ' \r\n'],
      ['zip', 'PK\x03\x04'],
      ['npy', '\x93NUMPY\x01\x00'],
      ['hdf5', '\x89HDF\r\n\x1a\n'],
      ['hdf5', `${'\0'.repeat(512)}\x89HDF\r\n\x1a\n`],
      ['parquet', 'PAR1\x00'],
      ['compressed', '\x1f\x8b\x08\x00'],
      ['archive', `${'\0'.repeat(257)}ustar\x0000`],
      ['onnx', '\x08\x08\x12\x07pytorch'],
      ['pickle', '\x80\x04\x95\x00'],
      ['pickle', '(dp0\n.'],
      ['legacy-torch', '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.'],
      // Headers of 128, 640 and 192 bytes: their lengths begin as pickles do, or as nothing.
      ['safetensors', '\x80\0\0\0\0\0\0\0{"a":1}'],
      ['safetensors', '\x80\x02\0\0\0\0\0\0{"a":1}'],
      ['safetensors', '\xc0\0\0\0\0\0\0\0{}'],
      ['html', '\n<!DOCTYPE HTML><html>'],
      ['html', '<html lang="en">'],
      ['text', '<?xml version="1.0"?>'],
      ['json', '{"a": [1]}'],
      ['json', '[[1, 2], [3, 4]]'],
      ['csv', 'a,b\n1,2'],
      ['csv', '1;2\r\n3;4\r\n'],
      ['csv', 'x\ty\n1\t2\n'],
      ['csv', '1 2 3\n4 5 6\n'],
      ['csv', '1\n2\n3\n'],
      ['lfs-pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'],
      ['text', 'import sys; sys.path\n'],
      ['text', '\xff\xfeh\0i\0'],
      ['text', 'gr\xc3\xbc\xc3\x9fe, sagte sie'],
      ['unknown', '\0\0\0\0'],
      ['unknown', '\xc3\x28'],
    ];
    for (const [format, text] of cases) assert.equal(kind(text), format, JSON.stringify(text));
  });

  it('is found in a time that does not grow with the file', () => {
    const digits = new Uint8Array(2 ** 26).fill(0x31);
    const start = performance.now();
    for (const byte of [0x31, 0x20, 0x2c, 0x22, 0x2e, 0x0a])
      fileKindOf(digits.fill(byte, 1, 2 ** 14));
    assert.ok(performance.now() - start < 5000);
  });

  it('is never wrong in a way that ends in anything but a LabError', () => {
    const starts = ['PK\x03\x04', '\x80\x02', '\x93NUMPY', '\x08\x08\x12', '{"', 'a,b\n', '<', ''];
    const rest = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...starts), rest, (start, more) => {
        const bytes = Uint8Array.from([...Array.from(start, (c) => c.charCodeAt(0)), ...more]);
        const file = { name: 'f', bytes };
        const options = { activation: 'relu', inputDim: 3, data: 'd' } as const;
        assert.ok(outcome(() => importDataSet(file)) instanceof Error);
        assert.ok(outcome(() => importEncoder(file, options)) instanceof Error);
      }),
      { numRuns: 1000 },
    );
  });
});
