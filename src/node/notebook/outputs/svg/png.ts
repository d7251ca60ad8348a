import { deflateSync } from 'node:zlib';
import { crc32 } from '../../../../core/formats/crc32';

/** A picture whose pixels are places in a table of colours. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width]` */
  readonly pixels: Uint8Array;
  /** `[colours, 3]`: red, green, blue; at most 256. */
  readonly colours: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const PALETTE_COLOUR = 3;

/** The bytes of a PNG file (ISO/IEC 15948): 8 bits a pixel, a palette, no interlacing. */
export function writePng({ width, height, pixels, colours }: IndexedImage): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE_COLOUR, 0, 0, 0], 8);
  // Before each line stands its filter: none.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    lines.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
