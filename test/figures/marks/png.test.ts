import fc from 'fast-check';
import { PNG } from 'pngjs';
import assert from 'node:assert/strict';
import { decodeBase64 } from '../../../src/core/formats/base64';
import { colourScale } from '../../../src/figures/colour/colourTable';
import { pngAddress } from '../../../src/figures/marks/png';

describe('images in figures', () => {
  it('are PNG files that others read, transparent where a value is missing', () => {
    const size = fc.integer({ min: 1, max: 20 });
    const { table } = colourScale('blue-orange', { kind: 'light', contrast: false }, 'signed', 1);
    fc.assert(
      fc.property(size, size, fc.integer(), (width, height, seed) => {
        const pixels = Uint8Array.from({ length: width * height }, (_, i) => (seed + 31 * i) & 255);
        const [, base64] = pngAddress({ width, height, pixels, table }).split(',');
        const image = PNG.sync.read(Buffer.from(decodeBase64(base64) ?? []));
        assert.deepEqual([image.width, image.height], [width, height]);
        pixels.forEach((pixel, i) => {
          assert.equal(image.data.readUInt32LE(4 * i), table[pixel]);
        });
      }),
      { numRuns: 30 },
    );
  });
});
