import { hostname } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { invalid, show } from '../../core/errors';
import type { DataReport } from '../../core/experiment/events';
import { experimentSchema, type Specification } from '../../core/experiment/specification';
import { FILE_KINDS } from '../fileKinds';
import { readText } from '../files';
import { excessOf } from '../jsonBounds';
import { unlessMissing, writeJson } from './disk';
import { RUN_FILE, STARTED_FILE } from './paths';

/** Version of the run folder's structure. */
export const FORMAT = 1;

const warnings = z.array(z.object({ message: z.string(), leg: z.string().optional() }));

const common = {
  format: z.literal(FORMAT),
  specification: experimentSchema,
  engine: z.object({ name: z.string(), description: z.string() }),
  versions: z.object({ lab: z.string(), node: z.string() }),
  seeds: z.array(z.int()),
  /** ISO 8601 */
  startedAt: z.iso.datetime(),
  /** How many times the run was taken up again. */
  resumed: z.int().min(0),
  warnings,
};

const startedSchema = z.object({
  ...common,
  /** Who works on it now, or did last. */
  process: z.object({ pid: z.int(), host: z.string(), since: z.iso.datetime() }),
  /** Time that earlier processes worked on it. */
  secondsBefore: z.number().min(0),
});

const finishedSchema = z.object({
  ...common,
  state: z.literal('finished'),
  finishedAt: z.iso.datetime(),
  /** Time at work, without the time between a stop and the next start. */
  seconds: z.number().min(0),
  data: z.custom<DataReport>((value) => typeof value === 'object' && value !== null),
});

/** What `started.json` says of a run that is not finished. */
export type StartedRun = Readonly<z.output<typeof startedSchema>>;
/** What `run.json` says of a finished run. */
export type FinishedRun = Readonly<z.output<typeof finishedSchema>>;
/** What is known of a run beside its results, and whether it is finished. */
export type RunHeader =
  | { readonly state: 'unfinished'; readonly run: StartedRun }
  | { readonly state: 'finished'; readonly run: FinishedRun };
/** An engine as a run remembers it. */
export type RunEngine = StartedRun['engine'];

/**
 * What a run's folder says of it; undefined for a folder that holds no run.
 * @throws LabError when the file is damaged, of a newer version, or cannot be read
 */
export async function readRunHeader(folder: string): Promise<RunHeader | undefined> {
  const finishedRun = async (): Promise<RunHeader | undefined> => {
    const run = await readJson(path.join(folder, RUN_FILE), finishedSchema);
    return run && { state: 'finished', run };
  };
  const finished = await finishedRun();
  if (finished) return finished;
  const run = await readJson(path.join(folder, STARTED_FILE), startedSchema);
  // Between the two looks the run may have been finished.
  return run ? { state: 'unfinished', run } : finishedRun();
}

/**
 * Whether two runs compute the same: equal as JSON, which is how runs remember them, whatever they keep of
 * what they compute.
 */
export function isSameSpecification(a: Specification, b: Specification): boolean {
  const plain = (value: Specification): unknown =>
    JSON.parse(JSON.stringify({ ...value, keep: undefined }));
  return isDeepStrictEqual(plain(a), plain(b));
}

/** A run with one more thing to be warned of, if it is not known already. */
export function warned(started: StartedRun, message: string): StartedRun {
  const { warnings: known } = started;
  const isKnown = known.some((warning) => warning.message === message);
  return isKnown ? started : { ...started, warnings: [...known, { message }] };
}

/** This process as `started.json` names it. */
export function thisProcess(since: Date): StartedRun['process'] {
  return { pid: process.pid, host: hostname(), since: since.toISOString() };
}

/** @throws LabError (`storage`) */
export function writeStarted(folder: string, started: StartedRun): Promise<void> {
  return writeJson(path.join(folder, STARTED_FILE), started);
}

/** Makes a run finished. @throws LabError (`storage`) */
export function writeFinished(folder: string, finished: FinishedRun): Promise<void> {
  return writeJson(path.join(folder, RUN_FILE), finished);
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await unlessMissing(readText(file, FILE_KINDS.header));
  if (text === undefined) return undefined;
  const excess = excessOf(text);
  if (excess !== undefined) throw invalid(`is damaged: ${excess}`, { file });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`is damaged: ${error instanceof Error ? error.message : 'not JSON'}`, { file });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > FORMAT) {
    throw invalid(`has format ${format}; this version reads up to ${FORMAT}`, { file });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path: field, message }] = result.error.issues;
  throw invalid(`is damaged: ${message}, not ${show(at(value, field))}`, {
    file,
    field: field.map(String).join('.'),
  });
}

function at(value: unknown, field: readonly PropertyKey[]): unknown {
  return field.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}
