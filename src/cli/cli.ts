import { visibleLine } from '../core/visible';
import type { Terminal } from './terminal';

/** What every command may use of the outside. */
export interface Cli {
  /** Results. */
  readonly out: Terminal;
  /** Progress, notes and errors. */
  readonly err: Terminal;
}

/** Writes text and a line end. */
export function printLine(terminal: Terminal, text: string): void {
  terminal.write(`${text}\n`);
}

/** A path or argument as it can be pasted into a POSIX shell, all of it visible. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const line = visibleLine(text);
  if (line === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  // What stands for a character in this kind of quotes is what makes it visible.
  return `$'${visibleLine(text.replace(/[\\']/g, '\\$&'))}'`;
}
