import { stat } from 'node:fs/promises';
import path from 'node:path';
import { show } from '../../core/errors';
import { checkSpecification, type SpecificationProblem } from '../../core/experiment/parse';
import type { ImportedFile, Stretch } from './experimentText';

/** Something that is wrong in an experiment's text, as an editor underlines it. */
export interface TextProblem extends Stretch {
  /** Path of the field, e.g. `features.hidden`. */
  readonly field: string;
  readonly message: string;
}

/**
 * What is wrong in an experiment's text.
 * @param structure whether also what the JSON schema says already, which editors report by themselves
 */
export function textProblems(text: string, structure: boolean): SpecificationProblem[] {
  const { problems } = checkSpecification(text);
  return problems
    .filter(({ contradiction }) => structure || contradiction)
    .map((problem) => ({ ...problem, length: lengthInLine(text, problem) }));
}

/**
 * Which of the files that an experiment names are not there.
 * @param folder of the experiment: relative paths start from it
 */
export async function missingFiles(
  files: readonly ImportedFile[],
  folder: string,
): Promise<TextProblem[]> {
  const found = await Promise.all(
    files.map(async ({ field, value, offset, length }): Promise<TextProblem[]> => {
      const message = await whyNotAFile(path.resolve(folder, value));
      return message ? [{ field, message: `${show(value)} ${message}`, offset, length }] : [];
    }),
  );
  return found.flat();
}

async function whyNotAFile(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).isFile() ? undefined : `is not a file: ${file}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? `does not exist: ${file}`
      : `cannot be read (${String(code)}): ${file}`;
  }
}

/** A problem of an object is underlined in its first line only. */
function lengthInLine(text: string, { offset, length }: Stretch): number {
  const end = text.slice(offset, offset + length).search(/[\r\n]/);
  return end < 0 ? length : end;
}
