import { z } from 'zod';

/*
 * Notebooks as they are on disk: nbformat 4 (https://nbformat.readthedocs.io). What is not used here is
 * passed through: metadata, attachments and whatever later minor versions add.
 */

const metadata = z.looseObject({});
/** Text is one string or, as Jupyter writes it, a list of lines with their line ends. */
const multiline = z.union([z.string(), z.array(z.string())]);
const count = z.int().min(0).nullable();
const mimeBundle = z.record(z.string(), z.unknown());

export const outputSchema = z.discriminatedUnion('output_type', [
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
]);

const common = {
  /** Required from minor version 5 on. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
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

const cellSchema = z.discriminatedUnion('cell_type', [
  codeCell,
  z.looseObject({ ...common, cell_type: z.literal('markdown') }),
  z.looseObject({ ...common, cell_type: z.literal('raw') }),
]);

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
