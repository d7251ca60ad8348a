/** Something displayed, which can be replaced in place. */
export interface DisplayHandle {
  readonly id: string;
  update(value: unknown): void;
}

/** The function `display` of cells. */
export interface Display {
  /** Shows a value under the cell as the last expression would be. */
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
  /** Takes away what the cell has put out; `wait`: only once something new comes. */
  clear(options?: { readonly wait?: boolean }): void;
  /** Settles when everything is shown: some values take time. */
  settled(): Promise<void>;
}
