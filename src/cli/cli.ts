import { visibleLine } from '../core/visible';
import type { Terminal } from './terminal';

/** Output streams of a command. */
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

/** A path or argument for pasting into a POSIX shell, with invisible characters escaped. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const line = visibleLine(text);
  if (line === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  // In $'…' quotes, the escapes that make characters visible also stand for them.
  return `$'${visibleLine(text.replace(/[\\']/g, '\\$&'))}'`;
}
