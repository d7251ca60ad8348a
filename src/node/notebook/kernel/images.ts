const SIGNATURES: readonly (readonly [type: string, start: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];

/** The MIME type of the image that bytes are, by their signature. */
export function imageType(bytes: Uint8Array): string | undefined {
  const has = (expected: readonly number[], from = 0): boolean =>
    expected.every((byte, i) => bytes[from + i] === byte);
  if (has(RIFF) && has(WEBP, 8)) return 'image/webp';
  return SIGNATURES.find(([, start]) => has(start))?.[0];
}
