import type { ImportedFiles, NamedBytes } from '../core/data/importedData';
import { FILE_KINDS } from './fileKinds';
import { readBytes } from './files';

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
  const named = async (file: string): Promise<NamedBytes> => {
    const name = resolve(file);
    return { name, bytes: await readBytes(name, FILE_KINDS.data) };
  };
  return {
    data: await named(data),
    encoder: await named(encoder),
    ...(featureModel ? { featureModel: await named(featureModel) } : {}),
  };
}
