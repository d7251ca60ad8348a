import { visible } from '../core/visible';

/** What goes around a text and is obeyed: it comes from this program, never from a file. */
export interface Control {
  readonly before?: string;
  readonly after?: string;
}

/** Where text goes, and what can be shown there. */
export interface Terminal {
  /** Writes text of any origin: whatever the terminal would obey in it is shown instead. */
  readonly write: (text: string, control?: Control) => void;
  /**
   * Writes what may be large: settles when it has gone on its way. Where a person is watching it is text,
   * shown as {@link Terminal.write} does; otherwise the bytes are as they are.
   */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>;
  /** Lines can be written over: a person is watching. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** The locale is UTF-8. */
  readonly unicode: boolean;
  /** Characters in a line, now. */
  readonly width: () => number;
}

/** The part of `process.stdout` and `process.stderr` that matters here. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
}

const DEFAULT_WIDTH = 80;

/** Finds out what a stream leads to. Colour is left out on request: https://no-color.org */
export function terminalOf(
  stream: OutputStream,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Terminal {
  const interactive = stream.isTTY === true && env.TERM !== 'dumb';
  const decoder = new TextDecoder();
  return {
    write: (text, control) => void stream.write(shown(text, control)),
    writeBytes: (bytes) =>
      new Promise((resolve, reject) => {
        const data = stream.isTTY ? visible(decoder.decode(bytes, { stream: true })) : bytes;
        stream.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    interactive,
    colour: interactive && !env.NO_COLOR,
    unicode: isUtf8(env, platform),
    width: () => (stream.columns && stream.columns > 0 ? stream.columns : DEFAULT_WIDTH),
  };
}

/** A text as a terminal gets it. */
export function shown(text: string, { before = '', after = '' }: Control = {}): string {
  return before + visible(text) + after;
}

function isUtf8(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM);
  // An empty variable counts as unset: POSIX, Locale environment variables.
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
