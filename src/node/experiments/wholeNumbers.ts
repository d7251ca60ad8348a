import { invalid, show } from '../../core/errors';

/**
 * Reads a whole number of 1 or more.
 * @param field what it is for, as errors call it
 * @param list the text that it is a part of, which errors show
 * @throws LabError that names the value
 */
export function parseWholeNumber(text: string, field: string, list = text): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    const where = text === list ? '' : ` in ${show(list)}`;
    throw invalid(`${show(text)}${where} is not a whole number of 1 or more`, { field });
  }
  return value;
}

/**
 * Reads the widths of layers: whole numbers, separated by commas.
 * @param field what they are for, as errors call it
 * @throws LabError that names the width that is wrong
 */
export function parseWidths(text: string, field: string): number[] {
  return text.split(',').map((part) => parseWholeNumber(part.trim(), field, text));
}
