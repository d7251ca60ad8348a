/** Where text goes, and what can be shown there. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** Writes what may be large: settles when it has gone on its way. */
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
  return {
    write: (text) => void stream.write(text),
    writeBytes: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    interactive,
    colour: interactive && !env.NO_COLOR,
    unicode: isUtf8(env, platform),
    width: () => (stream.columns && stream.columns > 0 ? stream.columns : DEFAULT_WIDTH),
  };
}

function isUtf8(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return Boolean(env.WT_SESSION ?? env.TERM_PROGRAM);
  // An empty variable counts as unset: POSIX, Locale environment variables.
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
