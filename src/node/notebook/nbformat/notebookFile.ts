import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { invalid, show } from '../../../core/errors';
import { notebookSchema, type Notebook, type NotebookCell } from './schema';

/** What notebooks of this kernel say of themselves. */
export const KERNELSPEC = {
  name: 'polysemanticity',
  display_name: 'Polysemanticity (TypeScript)',
  language: 'typescript',
} as const;

/** The language of cells. */
export const LANGUAGE_INFO = {
  name: 'typescript',
  file_extension: '.ts',
  mimetype: 'text/typescript',
} as const;

/** From this minor version on, cells have ids. */
const MINOR = 5;

/**
 * Reads the text of an `.ipynb` file.
 * @param file its path, for messages
 * @throws LabError that names the field and its value
 */
export function readNotebook(text: string, file: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`this is no notebook: ${error instanceof Error ? error.message : 'not JSON'}`, {
      file,
    });
  }
  const version = (value as { nbformat?: unknown } | null)?.nbformat;
  if (version !== 4) {
    throw invalid(`must be 4, not ${show(version)}: notebooks of format 4 are understood`, {
      file,
      field: 'nbformat',
    });
  }
  const result = notebookSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const found = at(value, issue.path);
  throw invalid(`${issue.message}; found ${show(found)}`, { file, field: fieldOf(issue) });
}

function fieldOf({ path }: z.core.$ZodIssue): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

/** The text of an `.ipynb` file, laid out as Jupyter does: lines of text are lines of the file. */
export function writeNotebook(notebook: Notebook): string {
  const ids = new Set<string>();
  const cells = notebook.cells.map((cell) => {
    const id = cell.id !== undefined && !ids.has(cell.id) ? cell.id : newId();
    ids.add(id);
    return { ...cell, id, source: linesOf(textOf(cell.source)) };
  });
  const written = {
    ...notebook,
    cells,
    metadata: {
      ...notebook.metadata,
      kernelspec: KERNELSPEC,
      language_info: LANGUAGE_INFO,
    },
    nbformat: 4,
    nbformat_minor: Math.max(notebook.nbformat_minor, MINOR),
  };
  return `${JSON.stringify(sorted(written), null, 1)}\n`;
}

/** With the fields of objects by name, as Jupyter and VS Code write them: differences stay small. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** The text of a cell. */
export function sourceOf({ source }: NotebookCell): string {
  return textOf(source);
}

function textOf(multiline: string | readonly string[]): string {
  return typeof multiline === 'string' ? multiline : multiline.join('');
}

/** Text as a list of lines with their line ends. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function newId(): string {
  return randomUUID().slice(0, 8);
}
