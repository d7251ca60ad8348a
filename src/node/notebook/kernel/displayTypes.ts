/** A displayed value, which can be replaced in place. */
export interface DisplayHandle {
  readonly id: string;
  update(value: unknown): void;
}

/** The function `display` of cells. */
export interface Display {
  /** Shows a value under the cell, like the value of the last expression. */
  (value: unknown): DisplayHandle;
  html(html: string): DisplayHandle;
  markdown(markdown: string): DisplayHandle;
  svg(svg: string): DisplayHandle;
  latex(latex: string): DisplayHandle;
  /** Bytes of a PNG, JPEG, GIF or WebP file. */
  image(bytes: Uint8Array): DisplayHandle;
  json(value: unknown): DisplayHandle;
  /** Representations of one value by MIME type. */
  bundle(data: Readonly<Record<string, unknown>>): DisplayHandle;
  /** Clears the cell's outputs; `wait`: only when the next output arrives. */
  clear(options?: { readonly wait?: boolean }): void;
  /** Settles when all asynchronous displays are shown. */
  settled(): Promise<void>;
}
