import { isRecord } from '../../core/isRecord';
import { TimeSlice } from '../files/eventLoop';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const COMMA = 0x2c;

/** Parsing this much JSON takes about a millisecond. */
const PART_BYTES = 65_536;

/**
 * Parses a large JSON object, such as a safetensors header, a few fields at a time, and yields to the
 * event loop in between.
 * @param bytes UTF-8, the whole object
 * @throws SyntaxError when it is not a JSON object
 */
export async function* parseObjectInParts(
  bytes: Uint8Array,
): AsyncGenerator<Readonly<Record<string, unknown>>, void> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const slice = new TimeSlice();
  let start = 0;
  for (const end of cuts(text)) {
    // Every part but the first lacks its opening brace, every part but the last its closing one.
    const part = text.toString('utf8', start, end);
    const isLast = end === text.length;
    const whole = `${start === 0 ? '' : '{'}${part}${isLast ? '' : '}'}`;
    const fields: unknown = JSON.parse(whole);
    if (!isRecord(fields)) {
      throw new SyntaxError('it is JSON, but not an object');
    }
    yield fields;
    start = end + 1;
    if (slice.isOver) await slice.yieldToEventLoop();
  }
}

/** Offsets of commas between fields, at least {@link PART_BYTES} apart, and the end. */
function* cuts(text: Buffer): Generator<number, void> {
  let depth = 0;
  let inText = false;
  let next = PART_BYTES;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (OPEN.has(byte)) depth++;
    else if (CLOSE.has(byte)) depth--;
    else if (byte === COMMA && depth === 1 && i >= next) {
      yield i;
      next = i + PART_BYTES;
    }
  }
  yield text.length;
}
