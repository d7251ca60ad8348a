import { readdir, stat } from 'node:fs/promises';
import type { ToyData } from '../../../core/data/generate';
import { importData, type ImportedData, type ImportedFiles } from '../../../core/data/importedData';
import { importDataSet } from '../../../core/data/importedDataSet';
import type { NamedBytes } from '../../../core/data/importedFile';
import { readToyData } from '../../../core/data/toyDataFile';
import { invalid, show } from '../../../core/errors';
import type { Activation } from '../../../core/network/layout';
import { FILE_KINDS } from '../../files/fileKinds';
import { readBytes } from '../../files/files';

/* Reads data files in this thread; readData.ts chooses the thread. */

/** Paths of a PyTorch experiment's files. */
export interface FilePaths {
  readonly data: string;
  readonly encoder: string;
  readonly featureModel?: string;
}

/** A PyTorch experiment to read, by absolute paths. */
export interface ImportWork {
  readonly files: FilePaths;
  readonly activation: Activation;
}

/** A file of generated data to read. */
export interface ToyDataWork {
  readonly file: string;
  /** The specification that it must have been generated from. */
  readonly origin: string;
}

/** @throws LabError as `importData` and {@link readNamedFile} do */
export async function importHere({ files, activation }: ImportWork): Promise<ImportedData> {
  return importData(await readNamedFiles(files), activation);
}

/** Checks the known files as an import does. @throws LabError for the first wrong file */
export async function checkHere({ data, ...others }: Partial<FilePaths>): Promise<void> {
  if (data === undefined) return;
  const { encoder } = others;
  if (encoder === undefined) importDataSet(await readNamedFile(data));
  else await importHere({ files: { ...others, data, encoder }, activation: 'relu' });
}

/**
 * @returns undefined if the file was generated from another specification
 * @throws LabError as `readToyData` does, or when the file cannot be read
 */
export async function readToyDataHere({ file, origin }: ToyDataWork): Promise<ToyData | undefined> {
  const stored = readToyData(await readBytes(file, FILE_KINDS.data));
  return stored.origin === origin ? stored.toy : undefined;
}

async function readNamedFiles({ data, encoder, featureModel }: FilePaths): Promise<ImportedFiles> {
  return {
    data: await readNamedFile(data),
    encoder: await readNamedFile(encoder),
    ...(featureModel ? { featureModel: await readNamedFile(featureModel) } : {}),
  };
}

/**
 * Reads a file; its path is its name.
 * @throws LabError (`storage`) when it cannot be read; `invalid-input` for a folder, suggesting a file in it
 */
export async function readNamedFile(file: string): Promise<NamedBytes> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    const entries = await readdir(file).catch((): string[] => []);
    const choices = entries.filter((name) => /\.(pth|pt|ckpt)$/i.test(name)).sort();
    const hint = choices.length > 0 ? `, such as ${show(choices[0])}` : '';
    throw invalid(`is a folder, not a file. Choose a file in it${hint}`, { file });
  }
  return { name: file, bytes: await readBytes(file, FILE_KINDS.data) };
}
