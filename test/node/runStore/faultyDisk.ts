import { constants } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** How a process ends without a word. */
export type Disaster =
  /** What it wrote stays: the operating system keeps it. */
  | 'kill'
  /** Of files only what was flushed stays, of new and renamed ones only if their folder was. */
  | 'power failure';

/** What the file system says when it refuses. */
export interface Refusal {
  readonly code: string;
  /** Which operations, by kind and path. */
  readonly when: (kind: string, file: string) => boolean;
}

class Dead extends Error {}

type Mutable = Record<string, (...args: never[]) => unknown>;
const real = { ...fs };
const patched = fs as unknown as Mutable;

/**
 * Does work on a disk that fails: `during` is asked before every operation that changes something, and
 * may throw; `half` does a write's first half.
 */
async function onDiskThat<T>(
  during: (kind: string, file: string, half?: () => Promise<void>) => Promise<void>,
  work: () => Promise<T>,
  journal?: Journal,
): Promise<T> {
  const replacements: Record<string, (...args: never[]) => unknown> = {
    open: async (file: string, flags: string | number) => {
      const mode = modeOf(flags);
      if (mode !== 'r') {
        await during('open', file);
        await journal?.opened(file, mode);
      }
      const handle = await real.open(file, flags);
      return mode === 'r' && !(await handle.stat()).isDirectory()
        ? handle
        : watched(handle, file, during, journal);
    },
    writeFile: async (file: string, bytes: Uint8Array | string, options?: { flag: string }) => {
      await during('write', file, () => real.writeFile(file, firstHalf(bytes), options));
      await journal?.opened(file, 'w');
      await real.writeFile(file, bytes, options);
    },
    appendFile: async (file: string, bytes: Uint8Array) => {
      await during('write', file, () => real.appendFile(file, firstHalf(bytes)));
      await journal?.opened(file, 'a');
      await real.appendFile(file, bytes);
    },
    rename: async (from: string, to: string) => {
      await during('rename', to);
      await journal?.renamed(from, to);
      await real.rename(from, to);
    },
    ...Object.fromEntries(
      (['mkdir', 'rm', 'utimes'] as const).map((kind) => [
        kind,
        async (file: string, ...rest: never[]) => {
          await during(kind, file);
          return (real[kind] as (...args: unknown[]) => Promise<unknown>)(file, ...rest);
        },
      ]),
    ),
  };
  Object.assign(patched, replacements);
  try {
    return await work();
  } finally {
    Object.assign(patched, real);
  }
}

function modeOf(flags: string | number): string {
  if (typeof flags === 'string') return flags;
  if ((flags & (constants.O_WRONLY | constants.O_RDWR)) === 0) return 'r';
  return flags & constants.O_APPEND ? 'a' : 'w';
}

function watched(
  handle: FileHandle,
  file: string,
  during: (kind: string, file: string, half?: () => Promise<void>) => Promise<void>,
  journal?: Journal,
): FileHandle {
  const own: Partial<Record<string | symbol, unknown>> = {
    writeFile: async (bytes: Uint8Array | string) => {
      await during('write', file, () => handle.writeFile(firstHalf(bytes)));
      await handle.writeFile(bytes);
    },
    sync: async () => {
      await during('sync', file);
      await journal?.flushed(file, handle);
    },
  };
  return new Proxy(handle, {
    get: (target, key): unknown => {
      if (key in own) return own[key];
      const found: unknown = Reflect.get(target, key, target);
      return typeof found === 'function' ? (found as () => unknown).bind(target) : found;
    },
  });
}

function firstHalf(bytes: Uint8Array | string): Uint8Array {
  return Buffer.from(bytes).subarray(0, Math.floor(bytes.length / 2));
}

/** Remembers what a power failure would take away. */
class Journal {
  private readonly flushedSizes = new Map<string, number>();
  private undo: { folder: string; run: () => Promise<void> }[] = [];

  async opened(file: string, flags: string): Promise<void> {
    const stats = await real.stat(file).catch(() => undefined);
    if (!stats)
      this.undo.push({ folder: path.dirname(file), run: () => real.rm(file, { force: true }) });
    if (flags !== 'a') this.flushedSizes.set(file, 0);
    else if (!this.flushedSizes.has(file)) this.flushedSizes.set(file, stats?.size ?? 0);
  }

  async renamed(from: string, to: string): Promise<void> {
    const before = await real.readFile(to).catch(() => undefined);
    const size = this.flushedSizes.get(from);
    this.undo.push({
      folder: path.dirname(to),
      run: async () => {
        await real.rename(to, from);
        if (before) await real.writeFile(to, before);
      },
    });
    this.flushedSizes.delete(from);
    if (size !== undefined) this.flushedSizes.set(to, size);
  }

  async flushed(file: string, handle: FileHandle): Promise<void> {
    const stats = await handle.stat();
    if (stats.isDirectory()) this.undo = this.undo.filter(({ folder }) => folder !== file);
    else this.flushedSizes.set(file, stats.size);
  }

  async fail(): Promise<void> {
    for (const [file, size] of this.flushedSizes) {
      const stats = await real.stat(file).catch(() => undefined);
      if (stats && stats.size > size) await real.truncate(file, size);
    }
    for (const { run } of this.undo.reverse()) await run();
  }
}

/**
 * Does work that ends in a disaster at one of its operations: nothing is changed on the disk from there
 * on, and of a write only the first half is done.
 * @returns whether the work came that far
 */
export async function endsAt(
  operation: number,
  disaster: Disaster,
  work: () => Promise<void>,
): Promise<boolean> {
  const journal = new Journal();
  let count = 0;
  const during = async (
    _kind: string,
    _file: string,
    half?: () => Promise<void>,
  ): Promise<void> => {
    if (++count === operation) await half?.();
    if (count >= operation) throw new Dead();
  };
  await onDiskThat(during, work, journal).catch((error: unknown) => {
    if (!(error instanceof Dead)) throw error;
  });
  const ended = count >= operation;
  if (ended && disaster === 'power failure') await journal.fail();
  return ended;
}

/** Does work on a disk that refuses some operations. */
export function onDiskThatRefuses<T>({ code, when }: Refusal, work: () => Promise<T>): Promise<T> {
  return onDiskThat((kind, file) => {
    if (!when(kind, file)) return Promise.resolve();
    return Promise.reject(Object.assign(new Error(`${code}: refused`), { code }));
  }, work);
}
