import { inspect, types } from 'node:util';
import type { MimeBundle } from '../../../protocol/kernel';
import { describeNumbers } from './numbers';
import { imageType } from './images';
import { isTable, tableBundle } from './tables';
import { ownOutput } from '../outputs/ownOutput';

/** The method of a value that gives its representations by MIME type; other kernels know it, too. */
const DISPLAY_KEY = Symbol.for('Jupyter.display');

const INSPECTION = {
  depth: 4,
  maxArrayLength: 50,
  maxStringLength: 10_000,
  breakLength: 100,
} as const;

type Representations = MimeBundle | Promise<MimeBundle>;

/** How a value is shown: always as plain text, and as more where there is more to see. */
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
  const known = ownOutput(value);
  if (known) return known;
  if (isTable(value)) return tableBundle(value);
  return plain(inspect(value, INSPECTION));
}

/** @throws TypeError unless the bytes are an image's */
export function formatImage(bytes: Uint8Array): MimeBundle {
  const type = imageType(bytes);
  if (!type) throw new TypeError('these bytes are no PNG, JPEG, GIF or WebP');
  return {
    [type]: Buffer.from(bytes).toString('base64'),
    'text/plain': `${type}, ${bytes.length} bytes`,
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
