import type { MimeBundle } from '../protocol/mimeBundle';

export type { MimeBundle };

/** The method that notebooks show a value by; other kernels of JavaScript know it, too. */
export const DISPLAY: unique symbol = Symbol.for('Jupyter.display') as never;

/** A value that says how it is shown. */
export interface Displayed {
  readonly [DISPLAY]: () => MimeBundle | Promise<MimeBundle>;
}
