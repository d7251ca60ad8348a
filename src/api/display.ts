import type { MimeBundle } from '../protocol/mimeBundle';

export type { MimeBundle };

/** The method that notebooks display a value by, which other JavaScript kernels support too. */
export const DISPLAY: unique symbol = Symbol.for('Jupyter.display') as never;

/** A value with its own display in notebooks. */
export interface Displayed {
  readonly [DISPLAY]: () => MimeBundle | Promise<MimeBundle>;
}
