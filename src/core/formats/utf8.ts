import { strFromU8, strToU8 } from 'fflate';
import { invalid } from '../errors';

/**
 * Decodes UTF-8 strictly: decoders insert replacement characters for invalid bytes, so the text is encoded
 * again and compared.
 * @param what name of the text in messages
 * @throws LabError when the bytes are not valid UTF-8, or begin with a byte order mark
 */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  if (bytes.every((byte) => byte < 0x80)) return strFromU8(bytes, true);
  const text = strFromU8(bytes);
  const again = strToU8(text);
  if (again.length !== bytes.length || again.some((byte, i) => byte !== bytes[i])) {
    throw invalid(`${what} is not valid UTF-8`);
  }
  return text;
}
