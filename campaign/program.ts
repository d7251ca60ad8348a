import { spawn } from 'node:child_process';
import path from 'node:path';

const PROGRAM = path.resolve(__dirname, '../bin/polysemanticity.js');

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
  /** Whether it had to be killed for taking too long. */
  readonly hung: boolean;
}

/** What happens to a program while it runs. */
export interface Handling {
  /** Milliseconds after its start at which it gets a signal. */
  readonly at?: number;
  readonly signal?: NodeJS.Signals;
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds after which it counts as hanging, and is killed. */
  readonly patience?: number;
}

/** Runs the command line in a process of its own. @param args of the program */
export function polysemanticity(args: readonly string[], handling: Handling = {}): Promise<Ended> {
  return runNode([PROGRAM, ...args], handling);
}

/** Runs a program of Node to its end. @param args of Node */
export function runNode(
  args: readonly string[],
  { at, signal = 'SIGKILL', environment, patience = 120_000 }: Handling = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let [out, err] = ['', ''];
    let hung = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const striking = at === undefined ? undefined : setTimeout(() => child.kill(signal), at);
    const waiting = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, patience);
    child.once('error', reject);
    child.once('close', (code, killedBy) => {
      clearTimeout(striking);
      clearTimeout(waiting);
      const milliseconds = performance.now() - begun;
      resolve({ code, signal: killedBy, out, err, milliseconds, hung });
    });
  });
}

/** The end of a program's output, in one line. */
export function lastWords({ err, out }: Pick<Ended, 'err' | 'out'>): string {
  return (err.trim() || out.trim()).split('\n').slice(-3).join(' / ').slice(-400);
}
