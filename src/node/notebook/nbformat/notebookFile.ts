import { randomUUID } from 'node:crypto';
import { invalid, type LabError, show } from '../../../core/errors';
import { BYTE_ORDER_MARK, positionsIn } from '../../../core/formats/json/positions';
import { compactJson, deeperThan, spanAt } from '../../../core/formats/json/spans';
import { type SyntaxProblem, syntaxProblems, tooDeepAt } from '../../../core/formats/json/syntax';
import { checkValue, fieldName } from '../../../core/schemaFindings';
import { type Notebook, type NotebookCell, notebookSchema } from './schema';

/** Metadata of notebooks for this kernel. */
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

/** Deeper than any notebook, and not deep enough to overflow the stack. */
const MAX_DEPTH = 500;

/** Problems that are listed for invalid JSON. */
const MAX_LISTED = 20;

/**
 * Reads the text of an `.ipynb` file.
 * @param file its path, for messages
 * @throws LabError with the field and its value, or the line of invalid JSON
 */
export function readNotebook(text: string, file: string): Notebook {
  const json = withoutMark(text);
  const value = parsed(json, text, file);
  const version = (value as { nbformat?: unknown } | null)?.nbformat;
  if (version !== 4) throw ofOtherVersion(value, file);
  const { data, findings } = checkValue(notebookSchema, value, {
    shown: (path) => {
      const span = spanAt(json, path);
      return span && compactJson(json, span.offset, span.length);
    },
  });
  if (!findings) return data;
  const [{ path, message }] = findings;
  const { offset } = spanAt(json, path) ?? spanAt(json, path.slice(0, -1)) ?? { offset: 0 };
  throw invalid(message, { file, ...positionsIn(text)(offset), field: fieldName(path) });
}

/** Replaces a byte order mark by a space, which preserves offsets. */
export function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
}

function parsed(json: string, text: string, file: string): unknown {
  const refused = (problems: readonly SyntaxProblem[], more = ''): LabError => {
    const at = positionsIn(text);
    const [first, ...others] = problems.map(({ message, offset }) => ({ message, ...at(offset) }));
    const lines = others.map(
      ({ line, column, message }) => `${file}:${line}:${column}: ${message}`,
    );
    const { message, line, column } = first;
    return invalid([message, ...lines, more].filter(Boolean).join('\n'), { file, line, column });
  };
  const tooDeep = deeperThan(MAX_DEPTH, json);
  if (tooDeep !== undefined) throw refused([tooDeepAt(tooDeep, MAX_DEPTH)]);
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // V8's messages differ between versions and have no line.
    if (json.trim() === '') throw invalid('the file is empty', { file });
    const { problems, unfinished } = syntaxProblems(json, MAX_DEPTH, MAX_LISTED);
    const [first = { message: 'not JSON', offset: 0, length: 0 }, ...others] = problems;
    throw refused([first, ...others], unfinished ? 'and more' : '');
  }
}

function ofOtherVersion(value: unknown, file: string): LabError {
  const version = (value as { nbformat?: unknown } | null)?.nbformat;
  const isNotebook = typeof version === 'number' && version >= 1 && Number.isInteger(version);
  if (!isNotebook) {
    const found = version === undefined ? 'is missing' : `${show(version)} is not allowed`;
    return invalid(`${found}: expected 4, this is not a notebook`, { file, field: 'nbformat' });
  }
  const out =
    version < 4
      ? `jupyter nbconvert --to notebook --nbformat 4 ${show(file)} converts it`
      : 'a newer version of the extension may support it';
  return invalid(`is ${version}; only format 4 is supported: ${out}`, {
    file,
    field: 'nbformat',
  });
}

/** The text of an `.ipynb` file in Jupyter's layout, where each line of text is a line of the file. */
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

/** Sorts the fields of objects by name, like Jupyter and VS Code, so that diffs stay small. */
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

/** Splits text into lines with their line ends. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

export function newId(): string {
  return randomUUID().slice(0, 8);
}
