import { z } from 'zod';

/*
 * Notebooks on disk: nbformat 4 (https://nbformat.readthedocs.io). Unknown fields are preserved: metadata,
 * attachments and additions of later minor versions.
 */

// Missing in notebooks written by hand, or by tools that leave out empty fields.
const metadata = z.looseObject({}).default({});
/** Text is one string or, as Jupyter writes it, a list of lines with their line ends. */
const multiline = z.union([z.string(), z.array(z.string())]);
const count = z.int().min(0).nullable();
const mimeBundle = z.record(z.string(), z.unknown());

/** The error for an unknown kind of object, which lists the known ones. */
const kinds = (field: string, names: readonly string[]): z.core.$ZodDiscriminatedUnionParams => ({
  error: ({ code }) =>
    code === 'invalid_union'
      ? `expected ${names.map((name) => JSON.stringify(name)).join(' or ')} as ${field}`
      : undefined,
});

const outputSchema = z.discriminatedUnion(
  'output_type',
  [
    z.looseObject({ output_type: z.literal('stream'), name: z.string(), text: multiline }),
    z.looseObject({ output_type: z.literal('display_data'), data: mimeBundle, metadata }),
    z.looseObject({
      output_type: z.literal('execute_result'),
      execution_count: count,
      data: mimeBundle,
      metadata,
    }),
    z.looseObject({
      output_type: z.literal('error'),
      ename: z.string(),
      evalue: z.string(),
      traceback: z.array(z.string()),
    }),
  ],
  kinds('output_type', ['stream', 'display_data', 'execute_result', 'error']),
);

const common = {
  /** Required from minor version 5 on. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'expected 1 to 64 letters, digits, "-" or "_"')
    .optional(),
  metadata,
  source: multiline,
};

const codeCell = z.looseObject({
  ...common,
  cell_type: z.literal('code'),
  execution_count: count.default(null),
  outputs: z.array(outputSchema).default([]),
});

const cellSchema = z.discriminatedUnion(
  'cell_type',
  [
    codeCell,
    z.looseObject({ ...common, cell_type: z.literal('markdown') }),
    z.looseObject({ ...common, cell_type: z.literal('raw') }),
  ],
  kinds('cell_type', ['code', 'markdown', 'raw']),
);

export const notebookSchema = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z.int().min(0),
  metadata: z.looseObject({
    kernelspec: z
      .looseObject({ name: z.string(), display_name: z.string(), language: z.string().optional() })
      .optional(),
    language_info: z.looseObject({ name: z.string() }).optional(),
  }),
  cells: z.array(cellSchema),
});

export type Notebook = z.output<typeof notebookSchema>;
export type NotebookCell = Notebook['cells'][number];
export type CodeCell = Extract<NotebookCell, { cell_type: 'code' }>;
export type NotebookOutput = z.output<typeof outputSchema>;
