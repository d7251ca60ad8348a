import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ToyData } from '../../../core/data/generate';
import type { ImportedData } from '../../../core/data/importedData';
import type { StopSignal } from '../../../core/stop';
import { startThread } from '../pool/host';
import { runJob } from '../pool/jobs';
import type { JobKind, Jobs } from '../pool/messages';
import {
  checkHere,
  importHere,
  readToyDataHere,
  type FilePaths,
  type ImportWork,
  type ToyDataWork,
} from './dataFiles';

/*
 * Reads data files: small ones in this thread, large ones in another, so that this thread stays responsive
 * and a stop takes effect at once.
 */

/** Bytes that take about 50 ms to parse. */
const LARGE = 8e6;

/** Makes the paths absolute. */
export function resolvePaths(
  folder: string,
  { data, encoder, featureModel }: FilePaths,
): FilePaths {
  const at = (file: string): string => path.resolve(folder, file);
  return {
    data: at(data),
    encoder: at(encoder),
    ...(featureModel === undefined ? {} : { featureModel: at(featureModel) }),
  };
}

/** @throws Stopped; LabError as {@link importHere} does */
export function readImportedData(work: ImportWork, signal?: StopSignal): Promise<ImportedData> {
  return read('import', work, Object.values(work.files), importHere, signal);
}

/**
 * Checks the known files as an import does, without importing them.
 * @throws Stopped; LabError for the first wrong file
 */
export function checkImportedFiles(files: Partial<FilePaths>, signal?: StopSignal): Promise<void> {
  return read('check', files, Object.values(files), checkHere, signal);
}

/** @throws Stopped; LabError as {@link readToyDataHere} does */
export function readGeneratedData(
  work: ToyDataWork,
  signal?: StopSignal,
): Promise<ToyData | undefined> {
  return read('toyData', work, [work.file], readToyDataHere, signal);
}

async function read<K extends JobKind>(
  kind: K,
  input: Jobs[K]['input'],
  files: readonly (string | undefined)[],
  here: (input: Jobs[K]['input']) => Promise<Jobs[K]['result']>,
  signal: StopSignal | undefined,
): Promise<Jobs[K]['result']> {
  if (!(await areLarge(files))) return here(input);
  const thread = startThread('typescript');
  try {
    return await runJob(thread, kind, input, { who: 'the thread that reads the data', signal });
  } finally {
    await thread.end();
  }
}

/** A missing file counts as empty: the reader reports it. */
async function areLarge(files: readonly (string | undefined)[]): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(async (file) => (file && (await stat(file).catch(() => undefined))?.size) || 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0) > LARGE;
}
