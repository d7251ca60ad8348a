import { mkdir } from 'node:fs/promises';
import { cpus, homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { StepTimes } from '../../../core/engine/crossover';
import { FILE_KINDS } from '../../files/fileKinds';
import { readText, writeFileAtomic } from '../../files/files';
import { LAB_VERSION } from '../../runStore/version';
import { kernelKey } from '../native/choice';
import type { Workload } from './workload';

/** Stores measurements, so that the same run on the same machine makes the same choice. */
const FILE = 'crossover.json';

/** Beyond this, the oldest measurements are dropped. */
const MAX_ENTRIES = 200;

const fileSchema = z.record(
  z.string(),
  z.object({ local: z.number().positive(), tensorflow: z.number().positive().optional() }),
);

/** The key of a measurement: machine, versions and workload. */
export function timesKey(tensorflow: string, workload: Workload): string {
  const { node, v8 } = process.versions;
  const machine = [cpus()[0]?.model ?? '', cpus().length, process.arch, process.platform];
  return JSON.stringify([
    machine,
    { lab: LAB_VERSION, node, v8, tensorflow, kernel: kernelKey() },
    workload,
  ]);
}

/** A stored measurement; undefined if there is none, or the file cannot be read. */
export async function rememberedTimes(key: string): Promise<StepTimes | undefined> {
  return (await readAll())[key];
}

/** Stores a measurement; if that fails, the next run measures again. */
export async function rememberTimes(key: string, times: StepTimes): Promise<void> {
  const entries = [...Object.entries(await readAll()), [key, times]].slice(-MAX_ENTRIES);
  const text = `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`;
  try {
    await mkdir(userCacheFolder(), { recursive: true });
    await writeFileAtomic(path.join(userCacheFolder(), FILE), text);
  } catch {
    // It is only a cache.
  }
}

async function readAll(): Promise<z.output<typeof fileSchema>> {
  try {
    const text = await readText(path.join(userCacheFolder(), FILE), FILE_KINDS.cache);
    return fileSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The user's cache folder, by the conventions of the system. */
function userCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = homedir();
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    win32: LOCALAPPDATA || path.join(home, 'AppData', 'Local'),
    darwin: path.join(home, 'Library', 'Caches'),
  };
  const base = XDG_CACHE_HOME || caches[process.platform] || path.join(home, '.cache');
  return path.join(base, 'polysemanticity-lab');
}
