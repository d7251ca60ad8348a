import { randomUUID } from 'node:crypto';
import { formatImage, formatValue } from './format';
import type { MimeBundle } from '../../../protocol/kernel';
import type { Display, DisplayHandle } from './displayTypes';
import type { OutputSink } from './outputSink';

const handles = new WeakSet<object>();

/** Whether a value was returned by `display`, and so is already shown. */
export function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && handles.has(value);
}

/** Displays strings without the quotes that the value of an expression has. */
function formatShown(value: unknown): MimeBundle | Promise<MimeBundle> {
  return typeof value === 'string' ? { 'text/plain': value } : formatValue(value);
}

/** Creates a cell's `display`. */
export function createDisplay(sink: OutputSink): Display {
  const pending = new Set<Promise<void>>();

  const update = (id: string, data: MimeBundle): void => sink.show({ type: 'update', id, data });
  const later = (id: string, data: Promise<MimeBundle>): void => {
    const shown = data.then((ready) => update(id, ready));
    pending.add(shown);
    // `settled` reports the error.
    shown.then(
      () => pending.delete(shown),
      () => undefined,
    );
  };
  const show = (data: MimeBundle | Promise<MimeBundle>): DisplayHandle => {
    const id = randomUUID();
    const waits = data instanceof Promise;
    sink.show({ type: 'display', id, data: waits ? { 'text/plain': '…' } : data });
    if (waits) later(id, data);
    const handle: DisplayHandle = {
      id,
      update(value) {
        const next = formatShown(value);
        if (next instanceof Promise) later(id, next);
        else update(id, next);
      },
    };
    handles.add(handle);
    return handle;
  };
  const text = (type: string) => (content: string) =>
    show({ [type]: String(content), 'text/plain': String(content) });

  return Object.assign((value: unknown) => show(formatShown(value)), {
    html: text('text/html'),
    markdown: text('text/markdown'),
    svg: text('image/svg+xml'),
    latex: text('text/latex'),
    image: (bytes: Uint8Array) => show(formatImage(bytes)),
    json: (value: unknown) => {
      sink.require(value);
      return show({ 'application/json': value, 'text/plain': JSON.stringify(value, null, 2) });
    },
    bundle: (data: Readonly<Record<string, unknown>>) => show({ ...data }),
    clear: ({ wait = false } = {}) => sink.show({ type: 'clear', wait }),
    async settled() {
      try {
        await Promise.all(pending);
      } finally {
        pending.clear();
      }
    },
  });
}
