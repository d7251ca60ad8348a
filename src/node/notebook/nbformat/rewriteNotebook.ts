import {
  itemSpans,
  memberSpans,
  spanAt,
  valueSpan,
  type MemberSpan,
} from '../../../core/formats/json/spans';
import { KERNELSPEC, LANGUAGE_INFO, newId, withoutMark } from './notebookFile';
import type { CodeCell, Notebook } from './schema';

/*
 * Executing a notebook changes only its outputs: order of fields, spelling of numbers, escapes, layout and
 * unknown fields are preserved.
 */

/** A range of the text and its replacement. */
interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** From this minor version on, cells must have ids. */
const MINOR_WITH_IDS = 5;

/**
 * The text of a notebook after some of its cells were executed. Adds missing fields that the format requires
 * (metadata, ids).
 * @param text of the notebook before
 * @param executed indices of the cells whose outputs and counts are new
 */
export function rewriteNotebook(
  text: string,
  notebook: Notebook,
  executed: ReadonlySet<number>,
): string {
  const json = withoutMark(text);
  const editor = new NotebookEditor(json);
  const cells = itemSpans(json, spanAt(json, ['cells'])?.offset ?? 0);
  const ids = new Set<string>();
  cells.forEach(({ offset }, index) => {
    const cell = notebook.cells[index];
    const fields: Record<string, unknown> = {};
    const has = new Set(memberSpans(json, offset).map(({ name }) => name));
    if (!has.has('metadata')) fields.metadata = {};
    if (notebook.nbformat_minor >= MINOR_WITH_IDS) {
      if (cell.id === undefined || ids.has(cell.id)) fields.id = newId();
      else ids.add(cell.id);
    }
    if (cell.cell_type === 'code')
      Object.assign(fields, newResults(cell, has, executed.has(index)));
    editor.set(offset, fields);
  });
  const metadata = spanAt(json, ['metadata'])?.offset ?? 0;
  const { kernelspec, language_info } = notebook.metadata;
  editor.set(metadata, {
    ...(kernelspec?.name !== KERNELSPEC.name && { kernelspec: KERNELSPEC }),
    ...(language_info?.name !== LANGUAGE_INFO.name && { language_info: LANGUAGE_INFO }),
  });
  return editor.apply(text);
}

function newResults(
  { execution_count, outputs }: CodeCell,
  has: ReadonlySet<string>,
  isNew: boolean,
): Partial<CodeCell> {
  return {
    ...((isNew || !has.has('execution_count')) && { execution_count }),
    ...((isNew || !has.has('outputs')) && { outputs }),
  };
}

/** Collects changes of fields and applies them in the layout of the text. */
class NotebookEditor {
  private readonly edits: Edit[] = [];
  /** Indentation of one level; undefined if the text is on one line. */
  private readonly indent: string | undefined;
  private readonly lineEnd: string;

  constructor(private readonly json: string) {
    const start = valueSpan(json, 0).offset;
    const first = /^\{[ \t]*(\r\n|\r|\n)([ \t]*)"/.exec(json.slice(start, start + 200));
    this.lineEnd = first?.[1] ?? '\n';
    this.indent = first?.[2];
  }

  /** Sets fields of the object at an offset. */
  set(offset: number, fields: Readonly<Record<string, unknown>>): void {
    const members = memberSpans(this.json, offset);
    const added: string[] = [];
    const level = this.levelOf(offset, members);
    for (const [name, value] of Object.entries(fields)) {
      const content = this.written(value, level);
      // Of duplicate names, the last counts.
      const known = members.filter((member) => member.name === name).at(-1);
      if (known) this.edits.push({ ...known.value, content });
      else added.push(`${JSON.stringify(name)}: ${content}`);
    }
    if (added.length > 0) this.add(offset, members, added, level);
  }

  /** The text with all changes made. */
  apply(text: string): string {
    const parts: string[] = [];
    let at = 0;
    for (const { offset, length, content } of this.edits.sort((a, b) => a.offset - b.offset)) {
      parts.push(text.slice(at, offset), content);
      at = offset + length;
    }
    parts.push(text.slice(at));
    return parts.join('');
  }

  private add(
    offset: number,
    members: readonly MemberSpan[],
    added: readonly string[],
    level: string | undefined,
  ): void {
    const last = members.at(-1)?.value;
    const before = level === undefined ? '' : this.lineEnd + level;
    const glue = level === undefined ? ', ' : `,${before}`;
    const content = added.join(glue);
    if (last) {
      this.edits.push({ offset: last.offset + last.length, length: 0, content: glue + content });
      return;
    }
    const { length } = valueSpan(this.json, offset);
    const close =
      level === undefined
        ? ''
        : this.lineEnd + level.slice(0, level.length - (this.indent ?? '').length);
    this.edits.push({ offset, length, content: `{${before}${content}${close}}` });
  }

  /** Indentation of an object's fields; undefined if they are not on separate lines. */
  private levelOf(offset: number, [first]: readonly MemberSpan[]): string | undefined {
    if (this.indent === undefined) return undefined;
    if (first) return this.indentOf(first.key.offset);
    const line =
      this.json
        .slice(0, offset)
        .split(/\r\n|\r|\n/)
        .at(-1) ?? '';
    return (/^[ \t]*/.exec(line)?.[0] ?? '') + this.indent;
  }

  /** The indentation before a place; undefined if it is not the first in its line. */
  private indentOf(offset: number): string | undefined {
    let start = offset;
    while (start > 0 && /[ \t]/.test(this.json[start - 1])) start--;
    const isFirst = start > 0 && /[\r\n]/.test(this.json[start - 1]);
    return isFirst ? this.json.slice(start, offset) : undefined;
  }

  private written(value: unknown, level: string | undefined): string {
    if (level === undefined || this.indent === undefined) return JSON.stringify(value);
    return JSON.stringify(value, null, this.indent).replaceAll('\n', this.lineEnd + level);
  }
}
