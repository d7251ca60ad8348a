/** Representations of one value by MIME type: text, or for `+json` types a JSON value. */
export type MimeBundle = Readonly<Record<string, unknown>>;
