import { readdir, stat } from 'node:fs/promises';
import type { ImportedFiles } from '../../../core/data/importedData';
import type { NamedBytes } from '../../../core/data/importedFile';
import { invalid, show } from '../../../core/errors';
import { FILE_KINDS } from '../../files/fileKinds';
import { readBytes } from '../../files/files';

/** Paths of a PyTorch experiment's files. */
export interface FilePaths {
  readonly data: string;
  readonly encoder: string;
  readonly featureModel?: string;
}

/**
 * Reads a PyTorch experiment's files; they are called by their absolute paths.
 * @param resolve makes a path absolute
 * @throws LabError (`storage`) naming the first file that cannot be read
 */
export async function readNamedFiles(
  { data, encoder, featureModel }: FilePaths,
  resolve: (file: string) => string,
): Promise<ImportedFiles> {
  const named = (file: string): Promise<NamedBytes> => readNamedFile(resolve(file));
  return {
    data: await named(data),
    encoder: await named(encoder),
    ...(featureModel ? { featureModel: await named(featureModel) } : {}),
  };
}

/**
 * Reads a file, which is called by its path.
 * @throws LabError (`storage`) when it cannot be read, `invalid-input` with what is in it for a folder
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
