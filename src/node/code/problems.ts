import { stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError, show, type ErrorPlace } from '../../core/errors';
import {
  checkSpecification,
  moreProblems,
  type SpecificationProblem,
} from '../../core/experiment/parse';
import { positionsIn } from '../../core/formats/json/positions';
import type { Experiment } from '../experiments/openExperiment';
import { FILE_KINDS } from '../files/fileKinds';
import { readText } from '../files/files';
import { readExperimentText, type ImportedFile, type TextRange } from './experimentText';

/** A problem in an experiment's text, with the range that an editor underlines. */
export interface TextProblem extends TextRange {
  /** Path of the field, e.g. `features.hidden`. */
  readonly field: string;
  readonly message: string;
}

/**
 * The problems that keep an experiment from being run. If there are very many, the last one says how many
 * more there are.
 * @param grammarIsChecked whether the editor itself reports JSON syntax errors
 */
export function textProblems(text: string, grammarIsChecked: boolean): SpecificationProblem[] {
  const checked = checkSpecification(text, { grammarIsChecked });
  if (checked.specification) return [];
  const { problems, more } = checked;
  const rest = more ? problems.slice(-1).map((last) => restOf(last, more)) : [];
  return [...problems, ...rest].map((problem) => ({
    ...problem,
    length: lengthInLine(text, problem),
  }));
}

function restOf(
  { offset, length, line, column }: SpecificationProblem,
  more: number | 'some',
): SpecificationProblem {
  return { field: '', message: moreProblems(more), offset, length, line, column };
}

/**
 * Finds missing files that an experiment names.
 * @param folder of the experiment, to which paths are relative
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

/**
 * Checks that the files that an experiment names exist.
 * @throws LabError with the field of the first missing file
 */
export async function requireNamedFiles({
  folder,
  file,
  specification,
}: Experiment): Promise<void> {
  const { data } = specification;
  if (data.source !== 'imported') return;
  for (const name of ['data', 'encoder', 'featureModel'] as const) {
    const value = data[name];
    const why = value === undefined ? undefined : await whyNotAFile(path.resolve(folder, value));
    if (why === undefined) continue;
    const field = `data.${name}`;
    throw new LabError('storage', `${show(value)} ${why}`, {
      ...(await placeOf(field, file)),
      field,
    });
  }
}

/** The place where a file is named; a specification from a program has no file. */
async function placeOf(field: string, file: string): Promise<ErrorPlace> {
  const text = await readText(file, FILE_KINDS.experiment).catch(() => '');
  const found = readExperimentText(text).files.find((named) => named.field === field);
  return found ? { file, ...positionsIn(text)(found.offset) } : {};
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

/** Underlined characters at most. */
const MAX_LINE_LENGTH = 1000;

/** Problems are underlined only in their first line. */
function lengthInLine(text: string, { offset, length }: TextRange): number {
  // Search only the limited range, since the object may be long.
  const end = text.slice(offset, offset + Math.min(length, MAX_LINE_LENGTH)).search(/[\r\n]/);
  return end < 0 ? Math.min(length, MAX_LINE_LENGTH) : end;
}
