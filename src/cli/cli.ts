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

/** A path or argument as it can be pasted into a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
