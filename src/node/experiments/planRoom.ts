import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { LabError } from '../../core/errors';
import { planSize, totalBytes, type PlanSetting, type Share } from '../../core/experiment/planSize';
import type { Specification } from '../../core/experiment/specification';
import type { EngineChoice } from '../compute/engines';
import { FILE_KINDS } from '../files/fileKinds';

/** What the machine has, in bytes. */
export interface Machine {
  /** Of this process's group, where that is less than the machine's. */
  readonly memory: number;
  /** What of it is free now, or can be made free. */
  readonly freeMemory: number;
}

/** Where a plan is to be carried out. */
export interface PlanPlace extends Partial<PlanSetting> {
  /** Where its files are written; undefined where none are. */
  readonly folder?: string;
  /** Of the specification, for the message. */
  readonly file?: string;
  /** What trains the specimens. */
  readonly engine?: EngineChoice;
}

/** The programs themselves, of which one runs in each thread. */
const PROGRAM_BYTES = 80e6;
const THREAD_BYTES = 25e6;
/** Whatever is free: so much is found by putting aside what is not in use. */
const ALWAYS_FOUND = 500e6;
/** A WebAssembly memory has addresses of 32 bits. */
const KERNEL_BYTES = 2 ** 32;
/** Shares that a message names, the largest first. */
const NAMED_SHARES = 3;

/** The memory of this machine, or of the container that this process is in. */
function thisMachine(): Machine {
  const constrained = process.constrainedMemory();
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  // From Node 22 on, which knows of containers.
  const { availableMemory } = process as { availableMemory?: () => number };
  return { memory, freeMemory: Math.min(memory, availableMemory?.() ?? freemem()) };
}

/**
 * Refuses a plan that this machine cannot hold, before anything of it is made.
 * @throws LabError (`unsupported`) with what takes how much, what there is, and what to make smaller
 */
export async function requireRoom(
  specification: Specification,
  { folder, ...place }: PlanPlace,
): Promise<void> {
  requireMemory(specification, place);
  if (folder === undefined) return;
  const { file, ...setting } = place;
  const { disk, rows } = planSize(specification, settingOf(setting));
  requireReadable(rows, place);
  const free = await freeDisk(folder);
  const needed = totalBytes(disk);
  if (free !== undefined && needed > free) {
    throw tooLarge(disk, `${inBytes(needed)} on the disk`, `${inBytes(free)} are free there`, file);
  }
}

/** Refuses more rows than are ever read again. */
function requireReadable({ bytes, ...rows }: Share, { file, dataOnly }: PlanPlace): void {
  const { what, most } = FILE_KINDS.metrics;
  if (dataOnly || bytes <= most) return;
  const limit = `of ${what}, at most ${inBytes(most)} are read`;
  throw tooLarge([{ bytes, ...rows }], `${inBytes(bytes)} in metrics.jsonl`, limit, file);
}

/** The same of the memory alone. @throws LabError as {@link requireRoom} does */
export function requireMemory(
  specification: Specification,
  { file, engine = 'auto', ...place }: Omit<PlanPlace, 'folder'> = {},
  { memory, freeMemory }: Machine = thisMachine(),
): void {
  const setting = settingOf(place);
  const { memory: shares, networks } = planSize(specification, setting);
  // Data is always made by the kernel.
  const onKernel = [networks.autoencoder];
  if (!setting.dataOnly && (engine === 'simd' || engine === 'auto'))
    onKernel.push(networks.specimen);
  for (const network of onKernel) {
    if (network.bytes <= KERNEL_BYTES) continue;
    const limit = `the kernel that trains it can have ${inBytes(KERNEL_BYTES)} at most`;
    throw tooLarge([network], `${inBytes(network.bytes)} of memory`, limit, file);
  }
  const needed = totalBytes(shares) + PROGRAM_BYTES + setting.workers * THREAD_BYTES;
  if (needed > memory || needed > Math.max(freeMemory, ALWAYS_FOUND)) {
    const there = `this machine has ${inBytes(memory)}, of which ${inBytes(freeMemory)} are free now`;
    throw tooLarge(shares, `${inBytes(needed)} of memory`, there, file);
  }
}

function settingOf({
  workers = availableParallelism(),
  ...place
}: Partial<PlanSetting>): PlanSetting {
  return { ...place, workers };
}

function tooLarge(
  shares: readonly Share[],
  needed: string,
  there: string,
  file: string | undefined,
): LabError {
  const largest = [...shares].sort((a, b) => b.bytes - a.bytes).filter(({ bytes }) => bytes > 0);
  const named = largest
    .slice(0, NAMED_SHARES)
    .map(({ what, bytes }) => `${inBytes(bytes)} for ${what}`)
    .join('; ');
  const [{ fields }] = largest;
  return new LabError(
    'unsupported',
    `this takes about ${needed}, but ${there}. Most of it: ${named}. Make ${inWords(fields)} smaller`,
    { file, field: fields[0] },
  );
}

/** `a`, `a or b`, `a, b or c`. */
function inWords(fields: readonly string[]): string {
  return fields.length === 1
    ? fields[0]
    : `${fields.slice(0, -1).join(', ')} or ${fields[fields.length - 1]}`;
}

/** `640 MB`, `37.3 GB`: a thousand at a time, as disks are labelled. */
function inBytes(bytes: number): string {
  const units = ['MB', 'GB', 'TB', 'PB', 'EB'];
  let value = bytes / 1e6;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Bytes that are free on a folder's file system; undefined where nobody can say. */
async function freeDisk(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
