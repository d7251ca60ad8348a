import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';

/* What tests and campaigns do to a run: kill its process, and damage its files. */

/** A process that is there to be killed. */
export interface Victim {
  readonly kill: () => void;
  /** All that it wrote to stdout, once it has ended. */
  readonly ended: Promise<string>;
}

/**
 * Runs a TypeScript program in a process of its own.
 * @param onText called with all that it has written to stdout, each time that it writes
 */
export function startVictim(
  script: string,
  args: readonly string[],
  onText: (said: string, kill: () => void) => void = () => undefined,
): Victim {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const kill = (): void => void child.kill('SIGKILL');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    onText(said, kill);
  });
  return { kill, ended: once(child, 'close').then(() => said) };
}

/** Flips a bit of a file. @param bit counted from its beginning, or from its end where it is negative */
export async function flipBit(file: string, bit: number): Promise<void> {
  const bytes = await readFile(file);
  const at = bit < 0 ? 8 * bytes.length + bit : bit;
  bytes[at >> 3] ^= 1 << (at & 7);
  await writeFile(file, bytes);
}

/** Lets two files change places. */
export async function swapFiles(one: string, other: string): Promise<void> {
  await rename(one, `${one}.away`);
  await rename(other, one);
  await rename(`${one}.away`, other);
}

/** Edits the text of a file. @throws Error where the edit changes nothing */
export async function editFile(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'latin1');
  const after = change(before);
  if (after === before) throw new Error(`the edit of ${file} changes nothing`);
  await writeFile(file, after, 'latin1');
}
