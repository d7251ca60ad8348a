import { visible } from '../core/visible';

/** Control sequences around a text; they come from this program, never from a file. */
export interface Control {
  readonly before?: string;
  readonly after?: string;
}

/** An output stream with its capabilities. */
export interface Terminal {
  /** Writes text from any source; control characters in it are escaped. */
  readonly write: (text: string, control?: Control) => void;
  /**
   * Writes large data; resolves when it has been written. A terminal gets escaped text as from
   * {@link Terminal.write}, other streams the unchanged bytes.
   */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>;
  /** Whether lines can be redrawn, for a person who is watching. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** The locale is UTF-8. */
  readonly unicode: boolean;
  /** Current number of characters in a line. */
  readonly width: () => number;
}

/** The part of `process.stdout` and `process.stderr` used here. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
}

const DEFAULT_WIDTH = 80;

/** Determines the capabilities of a stream. NO_COLOR disables colour: https://no-color.org */
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

/** A text as written to a terminal. */
export function shown(text: string, { before = '', after = '' }: Control = {}): string {
  return before + visible(text) + after;
}

function isUtf8(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM);
  // An empty variable counts as unset: POSIX, Locale environment variables.
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
