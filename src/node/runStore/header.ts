import { counted } from '../../core/counted';
import { hostname } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { invalid, LabError } from '../../core/errors';
import type { DataReport } from '../../core/experiment/events';
import { experimentSchema, type Specification } from '../../core/experiment/specification';
import { checkValue, fieldName } from '../../core/schemaFindings';
import { digestSchema } from './digest';
import { onDisk, unlessMissing, writeJson } from './disk';
import { byteSize } from '../../core/byteSize';
import { readHeaderValue } from './headerValue';
import { METRICS_FILE, RUN_FILE, STARTED_FILE } from './paths';
import { LAB_VERSION } from './version';
import { stat } from 'node:fs/promises';
import { NULL_VERSION, type RunNull } from '../../core/experiment/runNull';

/** Version of the run folder's structure. */
export const FORMAT = 1;

const maybe = z.number().nullable();

const measuredNull = z.object({
  of: z.enum(['neuron', 'net']),
  mean: maybe,
  sd: maybe,
  standardError: maybe,
  low: maybe,
  high: maybe,
  count: z.int().min(0),
});

const readingNull = {
  rows: z.enum(['pre-activation', 'post-activation']),
  readouts: z.int().min(1),
  nets: z.int().min(1),
};
const nullMeasures = { measures: z.record(z.string(), measuredNull) };

/** The null of a run; runs without one were measured against an older null. */
const runNullSchema: z.ZodType<RunNull> = z.object({
  version: z.int().min(1),
  ...readingNull,
  widths: z.array(z.int().min(1)),
  ...nullMeasures,
  readings: z.record(z.string(), z.object({ ...readingNull, ...nullMeasures })).optional(),
});

const warnings = z.array(z.object({ message: z.string(), leg: z.string().optional() }));

const common = {
  format: z.literal(FORMAT),
  specification: experimentSchema,
  engine: z.object({ name: z.string(), description: z.string() }),
  versions: z.object({ lab: z.string(), node: z.string() }),
  seeds: z.array(z.int()),
  /** ISO 8601 */
  startedAt: z.iso.datetime(),
  /** How many times the run was resumed. */
  resumed: z.int().min(0),
  warnings,
  /** The null that all rows are compared with; written before the first row. */
  null: runNullSchema.optional(),
  /** How legs and files are verified; missing in runs of earlier versions. */
  digests: z.literal('sha256').optional(),
};

const startedSchema = z.object({
  ...common,
  /** The process that writes it, or wrote it last. */
  process: z.object({ pid: z.int(), host: z.string(), since: z.iso.datetime() }),
  /** Working time of earlier processes. */
  secondsBefore: z.number().min(0),
});

const finishedSchema = z.object({
  ...common,
  state: z.literal('finished'),
  finishedAt: z.iso.datetime(),
  /** Working time, without pauses between a stop and the next start. */
  seconds: z.number().min(0),
  data: z.custom<DataReport>(
    (value) => typeof value === 'object' && value !== null,
    'expected an object',
  ),
  /** Digests of its files; missing in runs of earlier versions. */
  files: z.record(z.string(), digestSchema).optional(),
});

/** The content of `started.json`: an unfinished run. */
export type StartedRun = Readonly<z.output<typeof startedSchema>>;
/** The content of `run.json`: a finished run. */
export type FinishedRun = Readonly<z.output<typeof finishedSchema>>;
/** A run without its results. */
export type RunHeader =
  | { readonly state: 'unfinished'; readonly run: StartedRun }
  | { readonly state: 'finished'; readonly run: FinishedRun };
export type RunEngine = StartedRun['engine'];

/**
 * Reads a run's description; undefined for a folder that holds no run.
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
  // The run may have been finished between the two reads.
  return run ? { state: 'unfinished', run } : finishedRun();
}

/** Whether two runs compute the same. Compared as JSON, as they are stored, and without `keep`. */
export function isSameSpecification(a: Specification, b: Specification): boolean {
  const plain = (value: Specification): unknown =>
    JSON.parse(JSON.stringify({ ...value, keep: undefined }));
  return isDeepStrictEqual(plain(a), plain(b));
}

type Warnings = StartedRun['warnings'];

/** Limits of the stored warnings, since the header is parsed as a whole. */
const MAX_WARNINGS = 1000;
const MAX_WARNING_BYTES = 2 ** 20;

/** The first warnings, as many as a header can hold; a last one says how many are left out. */
function boundedWarnings(warnings: Warnings): Warnings {
  let bytes = 0;
  const end = warnings.findIndex((warning, i) => {
    bytes += Buffer.byteLength(JSON.stringify(warning));
    return i >= MAX_WARNINGS || bytes > MAX_WARNING_BYTES;
  });
  if (end < 0) return warnings;
  const message = `left out: ${counted(warnings.length - end, 'more warning')}; a run keeps the first ${MAX_WARNINGS} of them, and at most ${byteSize(MAX_WARNING_BYTES)}`;
  return [...warnings.slice(0, end), { message }];
}

/** Adds a warning to a run, unless it has it already. */
export function warned(started: StartedRun, message: string, leg?: string): StartedRun {
  const { warnings: known } = started;
  const isKnown = known.some((warning) => warning.message === message && warning.leg === leg);
  const warning = leg === undefined ? { message } : { message, leg };
  return isKnown ? started : { ...started, warnings: [...known, warning] };
}

/** This process as `started.json` records it. */
export function thisProcess(since: Date): StartedRun['process'] {
  return { pid: process.pid, host: hostname(), since: since.toISOString() };
}

/** @throws LabError (`storage`) */
export function writeStarted(folder: string, started: StartedRun): Promise<void> {
  const warnings = boundedWarnings(started.warnings);
  return writeJson(path.join(folder, STARTED_FILE), { ...started, warnings });
}

/** Marks a run as finished. @throws LabError (`storage`) */
export function writeFinished(folder: string, finished: FinishedRun): Promise<void> {
  const warnings = boundedWarnings(finished.warnings);
  return writeJson(path.join(folder, RUN_FILE), { ...finished, warnings });
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const value = await readHeaderValue(file);
  if (value === undefined) return undefined;
  checkFormat(value, file);
  const { data, findings } = checkValue(schema, value);
  if (!findings) return data;
  const [{ path: field, message }] = findings;
  const version = at(value, ['versions', 'lab']);
  const isOfAnother = typeof version === 'string' && version !== LAB_VERSION;
  const what = isOfAnother
    ? `was written by version ${version}, and version ${LAB_VERSION} does not understand it`
    : 'is damaged';
  throw invalid(`${what}: ${message}`, { file, field: fieldName(field) });
}

/** A run of a newer version than this one. */
export class NewerFormat extends LabError {
  constructor(format: number, file: string) {
    const reason = `has format ${format}; this version reads up to ${FORMAT}`;
    super('invalid-input', reason, { file });
  }
}

/** @throws LabError for a format that this version does not know */
function checkFormat(value: unknown, file: string): void {
  const format = at(value, ['format']);
  if (typeof format !== 'number' || format === FORMAT) return;
  if (format > FORMAT) throw new NewerFormat(format, file);
  throw invalid(`has format ${format}; this version reads format ${FORMAT}`, { file });
}

function at(value: unknown, field: readonly PropertyKey[]): unknown {
  return field.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

/**
 * Why an unfinished run cannot be resumed: its rows are compared with another null than new rows would
 * be. Undefined if the null is the same.
 */
export async function otherNullOf(
  folder: string,
  { null: known }: { readonly null?: RunNull },
): Promise<string | undefined> {
  if (known?.version === NULL_VERSION) return undefined;
  const file = path.join(folder, METRICS_FILE);
  const rows = await unlessMissing(onDisk(file, 'read the file', () => stat(file)));
  // A run that was stopped before its first row has nothing to mix.
  if (!known && !(rows && rows.size > 0)) return undefined;
  return 'its rows were measured against the old null of random readouts, and the rows still to come would be measured against the null of today; the two must not be mixed. What it has can be read as before; begin a fresh run for the rest';
}
