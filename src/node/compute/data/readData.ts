import { stat } from 'node:fs/promises';
import type { ToyData } from '../../../core/data/generate';
import { importData, type ImportedData } from '../../../core/data/importedData';
import { readToyData } from '../../../core/data/toyDataFile';
import type { Activation } from '../../../core/network/layout';
import type { StopSignal } from '../../../core/stop';
import { FILE_KINDS } from '../../files/fileKinds';
import { readBytes } from '../../files/files';
import { readNamedFiles, type FilePaths } from './importedFiles';
import { startThread } from '../pool/host';
import { doJob, type JobKind, type Jobs } from '../pool/jobs';

/*
 * Reads files of data: small ones here, large ones in a thread, where nobody who wants to stop has to wait
 * for the end of it.
 */

/** Bytes that are parsed in some 50 ms. */
const LARGE = 8e6;

/** Files of PyTorch, by their absolute paths. */
export interface ImportWork {
  readonly files: FilePaths;
  readonly activation: Activation;
}

/** A file of generated data. */
export interface ToyDataWork {
  readonly file: string;
  /** What it must have been made from. */
  readonly origin: string;
}

/** @throws Stopped; LabError as `importData` and `readNamedFiles` do */
export async function readImportedData(
  work: ImportWork,
  signal?: StopSignal,
): Promise<ImportedData> {
  const { data, encoder, featureModel } = work.files;
  const files = featureModel === undefined ? [data, encoder] : [data, encoder, featureModel];
  return (await areLarge(files)) ? inThread('import', work, signal) : importHere(work);
}

/**
 * @returns undefined where the file was made from something else
 * @throws Stopped; LabError as `readToyData` does, or when it cannot be read
 */
export async function readGeneratedData(
  work: ToyDataWork,
  signal?: StopSignal,
): Promise<ToyData | undefined> {
  return (await areLarge([work.file])) ? inThread('toyData', work, signal) : readToyDataHere(work);
}

/** {@link readImportedData} in whatever thread this is. */
export async function importHere({ files, activation }: ImportWork): Promise<ImportedData> {
  return importData(await readNamedFiles(files, (file) => file), activation);
}

/** {@link readGeneratedData} in whatever thread this is. */
export async function readToyDataHere({ file, origin }: ToyDataWork): Promise<ToyData | undefined> {
  const stored = readToyData(await readBytes(file, FILE_KINDS.data));
  return stored.origin === origin ? stored.toy : undefined;
}

/** What is not there is for the reader to tell. */
async function areLarge(files: readonly string[]): Promise<boolean> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0) > LARGE;
}

async function inThread<K extends JobKind>(
  kind: K,
  about: Jobs[K]['about'],
  signal: StopSignal | undefined,
): Promise<Jobs[K]['gives']> {
  const thread = startThread('typescript');
  try {
    return await doJob(thread, kind, about, { who: 'the thread that reads the data', signal });
  } finally {
    await thread.end();
  }
}
