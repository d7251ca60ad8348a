import { counted } from '../counted';
import { strFromU8 } from 'fflate';
import type { FileKind } from './fileKind';

/** The kind of a text file by its beginning; undefined unless it is text in UTF-8 or UTF-16. */
export function fileKindOfText(head: Uint8Array, isCut: boolean): FileKind | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return { format: 'text', name: 'a text in UTF-16' };
  if (head[0] === 0xfe && head[1] === 0xff) return { format: 'text', name: 'a text in UTF-16' };
  if (!isText(head)) return undefined;
  const text = strFromU8(head).replace(/^\ufeff/, '');
  const start = text.slice(0, 1000).trimStart().toLowerCase();
  if (text.trim() === '') return { format: 'empty', name: 'empty except for whitespace' };
  if (/^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\//.test(text)) {
    const size = /^size (\d+)$/m.exec(text)?.[1];
    const of = size === undefined ? '' : ` of ${counted(Number(size), 'byte')}`;
    return { format: 'lfs-pointer', name: `a Git LFS pointer to a file${of}, not the file itself` };
  }
  if (/^(<!doctype html|<html|<head|<body)/.test(start))
    return { format: 'html', name: 'a web page (HTML)' };
  if (/^<(\?xml|!doctype|[a-z])/.test(start)) return { format: 'text', name: 'a text in XML' };
  if (isJson(start)) return { format: 'json', name: 'a JSON file' };
  // Ignores a last line that may be incomplete.
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const delimiter = delimiterOf(isCut ? lines.slice(0, -1) : lines);
  if (delimiter !== undefined) return { format: 'csv', name: TABLES[delimiter] };
  if (/^(\(dp?\d|\(lp?\d|c\w+(\.\w+)*\n\w+\n)/.test(text)) {
    return { format: 'pickle', name: 'a plain pickle of protocol 0 (.pkl)' };
  }
  return { format: 'text', name: 'a text' };
}

const TABLES = {
  ',': 'a table of comma-separated values (CSV)',
  ';': 'a table of values separated by semicolons (CSV)',
  '\t': 'a table of values separated by tabs (TSV)',
  ' ': 'a table of values separated by spaces',
} as const;

type Delimiter = keyof typeof TABLES;

/** Number of lines examined to find the separator of a table. */
const TABLE_LINES = 20;
/** Longer cells are not numbers. */
const MAX_CELL = 64;
const NUMBER = /^["']?[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?["']?$|^["']?(nan|na|-?inf)?["']?$/i;

/** The separator with which every line has the same number of cells and the last line has only numbers. */
function delimiterOf(lines: readonly string[]): Delimiter | undefined {
  const rows = lines.slice(0, TABLE_LINES);
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  return (Object.keys(TABLES) as Delimiter[]).find((delimiter) => {
    const cells = (line: string): string[] =>
      delimiter === ' ' ? line.trim().split(/ +/) : line.split(delimiter);
    const numbers = cells(last).map((cell) => cell.trim());
    const isSingle = numbers.length === 1 && delimiter !== ',';
    return (
      !isSingle &&
      rows.every((line) => cells(line).length === numbers.length) &&
      numbers.some((cell) => /\d/.test(cell)) &&
      numbers.every((cell) => cell.length <= MAX_CELL && NUMBER.test(cell))
    );
  });
}

function isJson(start: string): boolean {
  return /^(\{\s*("|\}|$)|\[\s*("|\{|\[|\]|-?\d|$))/.test(start);
}

/** Whether the bytes are UTF-8 without control characters; the last character may be incomplete. */
function isText(head: Uint8Array): boolean {
  let following = 0;
  for (const byte of head) {
    if (following > 0) {
      if (byte >> 6 !== 0b10) return false;
      following--;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      following = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    } else if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) {
      return false;
    }
  }
  return true;
}
