/*
 * Messages between the test and the page. Playwright only transfers JSON, but VS Code also transfers typed arrays,
 * so they are encoded here. The functions run in Node and, as text, in the page: they must not use anything else of
 * this module.
 */

/** A message as JSON: typed arrays become `{ $array, base64 }`. */
export function encode(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value) || value instanceof DataView) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 0x8000) {
      binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }
    return { $array: value[Symbol.toStringTag as never] as string, base64: btoa(binary) };
  });
}

/** The inverse of {@link encode}. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$array' in value)) return value;
    const { $array, base64 } = value as unknown as { $array: string; base64: string };
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[
      $array
    ];
    return new View(bytes.buffer);
  });
}
