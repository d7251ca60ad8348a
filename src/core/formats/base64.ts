import { strFromU8 } from 'fflate';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const PADDING = '='.charCodeAt(0);
const INVALID = 64;
/** `[256]`: what a character stands for. */
const VALUES = new Uint8Array(256).fill(INVALID);
CODES.forEach((code, value) => (VALUES[code] = value));

/** Bytes in base64 (RFC 4648, section 4), padded. */
export function encodeBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  const text = new Uint8Array(4 * Math.ceil(length / 3));
  for (let i = 0, o = 0; i < length; i += 3) {
    // Beyond the end there is 0, which padding then covers.
    const three = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (const shift of SHIFTS) text[o++] = CODES[(three >> shift) & 63];
  }
  const rest = length % 3;
  if (rest > 0) text.fill(PADDING, text.length - 3 + rest);
  return strFromU8(text, true);
}

const SHIFTS = [18, 12, 6, 0] as const;

/** The bytes of a text in base64, padded or not; undefined where it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  let { length } = text;
  for (let padding = 0; padding < 2 && text[length - 1] === '='; padding++) length--;
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((3 * length) / 4));
  let held = 0;
  let bits = 0;
  for (let i = 0, o = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 256 ? VALUES[code] : INVALID;
    if (value === INVALID) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[o++] = (held >> (bits -= 8)) & 255;
  }
  return bytes;
}
