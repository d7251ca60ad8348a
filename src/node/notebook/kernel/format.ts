import { counted } from '../../../core/counted';
import { inspect, types } from 'node:util';
import type { MimeBundle } from '../../../protocol/kernel';
import { describeNumbers } from './numbers';
import { isTable, tableBundle } from './tables';
import { labValueOutput } from '../outputs/labValueOutput';

/** The method of a value that returns its representations by MIME type; other kernels use it, too. */
const DISPLAY_KEY = Symbol.for('Jupyter.display');

const INSPECTION = {
  depth: 4,
  maxArrayLength: 50,
  maxStringLength: 10_000,
  breakLength: 100,
} as const;

type Representations = MimeBundle | Promise<MimeBundle>;

/** Formats a value: always as plain text, and by its kind as image, table or chart. */
export function formatValue(value: unknown): Representations {
  const display = displayOf(value);
  if (display) {
    const own: unknown = display.call(value);
    return own instanceof Promise ? own.then((it) => withText(it, value)) : withText(own, value);
  }
  if (value instanceof Uint8Array && imageType(value)) return formatImage(value);
  if (ArrayBuffer.isView(value) && types.isTypedArray(value)) {
    return plain(describeNumbers(value));
  }
  const known = labValueOutput(value);
  if (known) return known;
  if (isTable(value)) return tableBundle(value);
  return plain(inspect(value, INSPECTION));
}

/** @throws TypeError unless the bytes are an image's */
export function formatImage(bytes: Uint8Array): MimeBundle {
  const type = imageType(bytes);
  if (!type) throw new TypeError('these bytes are not a PNG, JPEG, GIF or WebP image');
  return {
    [type]: Buffer.from(bytes).toString('base64'),
    'text/plain': `${type}, ${counted(bytes.length, 'byte')}`,
  };
}

function plain(text: string): MimeBundle {
  return { 'text/plain': text };
}

function withText(bundle: unknown, value: unknown): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null) return plain(inspect(value, INSPECTION));
  return 'text/plain' in bundle
    ? { ...bundle }
    : { ...bundle, ...plain(inspect(value, INSPECTION)) };
}

function displayOf(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return undefined;
  const method = (value as Record<symbol, unknown>)[DISPLAY_KEY];
  return typeof method === 'function' ? (method as () => unknown) : undefined;
}

const SIGNATURES: readonly (readonly [type: string, start: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];
const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];

/** The MIME type of an image, by its signature. */
function imageType(bytes: Uint8Array): string | undefined {
  const has = (expected: readonly number[], from = 0): boolean =>
    expected.every((byte, i) => bytes[from + i] === byte);
  if (has(RIFF) && has(WEBP, 8)) return 'image/webp';
  return SIGNATURES.find(([, start]) => has(start))?.[0];
}
