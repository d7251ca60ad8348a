import { counted } from '../../core/counted';
import { invalid, show } from '../../core/errors';

const MAX_SEEDS = 10_000;

/**
 * Reads a list of seeds: integers and inclusive ranges, separated by commas, e.g. `42,43` or `0..19`.
 * @param field the name of the list in errors
 * @throws LabError that names the wrong part
 */
export function parseSeeds(text: string, field: string): number[] {
  const seeds = new Set<number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [first, last] = parsePart(part, text, field);
    if (last - first >= MAX_SEEDS) {
      throw invalid(`${show(part)} is ${counted(last - first + 1, 'seed')}; ${MAX_SEEDS} at most`, {
        field,
      });
    }
    for (let seed = first; seed <= last; seed++) {
      if (seeds.has(seed)) throw invalid(`${seed} is listed twice in ${show(text)}`, { field });
      seeds.add(seed);
    }
    if (seeds.size > MAX_SEEDS) {
      throw invalid(`${show(text)} is more than ${MAX_SEEDS} seeds`, { field });
    }
  }
  return [...seeds];
}

function parsePart(part: string, text: string, field: string): [first: number, last: number] {
  const match = /^(\d+)(?:\s*\.\.\s*(\d+))?$/.exec(part);
  if (!match) {
    const where = part === text ? '' : ` in ${show(text)}`;
    const what = part === '' ? 'there is an empty part' : `${show(part)} is not a seed`;
    throw invalid(
      `${what}${where}; expected whole numbers from 0 and ranges, such as 42,43 or 0..19`,
      { field },
    );
  }
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw invalid(`${show(part)} is too large; at most ${Number.MAX_SAFE_INTEGER}`, { field });
  }
  if (last < first) {
    throw invalid(`the range ${show(part)} is empty; write ${last}..${first}`, { field });
  }
  return [first, last];
}

/** Seeds in the same notation, as short as possible: `0..19`, `42,43`. */
export function formatSeeds(seeds: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const seed of seeds) {
    const range = ranges.at(-1);
    if (range && seed === range[1] + 1) range[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges
    .map(([first, last]) => {
      if (first === last) return String(first);
      return last === first + 1 ? `${first},${last}` : `${first}..${last}`;
    })
    .join(',');
}

/**
 * Reads a whole number of 1 or more.
 * @param field its name in errors
 * @param list the whole text that it is a part of, for errors
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
 * @param field their name in errors
 * @throws LabError that names the wrong width
 */
export function parseWidths(text: string, field: string): number[] {
  return text.split(',').map((part) => parseWholeNumber(part.trim(), field, text));
}
