import { joined } from '../../core/joined';
import { strToU8, zlibSync } from 'fflate';
import { encodeBase64 } from '../../core/formats/base64';
import { crc32 } from '../../core/formats/crc32';

/** An image whose pixels are indices into a table of colours. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width]` */
  readonly pixels: Uint8Array;
  /** `[256]` colours in the byte order of a canvas: red in the lowest byte, opacity in the highest. */
  readonly table: Uint32Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const PALETTE_COLOUR = 3;

/** A PNG image as a `data:` URL. */
export function pngAddress(image: IndexedImage): string {
  return `data:image/png;base64,${encodeBase64(writePng(image))}`;
}

/** The bytes of a PNG file (ISO/IEC 15948): 8 bits a pixel, a palette with opacities, no interlacing. */
function writePng({ width, height, pixels, table }: IndexedImage): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, PALETTE_COLOUR, 0, 0, 0], 8);
  const colours = Uint8Array.from({ length: 3 * table.length }, (_, i) => {
    return table[Math.floor(i / 3)] >>> (8 * (i % 3));
  });
  // Each line is preceded by its filter type, 0 for none.
  const lines = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return joined(Uint8Array, [
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk(
      'tRNS',
      Uint8Array.from(table, (colour) => colour >>> 24),
    ),
    chunk('IDAT', zlibSync(lines, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined(Uint8Array, [strToU8(type), data]);
  return joined(Uint8Array, [bigEndian(data.length), body, bigEndian(crc32(body))]);
}

function bigEndian(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
