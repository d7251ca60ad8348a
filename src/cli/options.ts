import { Option } from 'commander';
import { distance } from 'fastest-levenshtein';
import { invalid, show } from '../core/errors';
import { MEASURES, type MeasureId } from '../core/measures/table';
import type { Activation } from '../core/network/layout';
import { parseWholeNumber, parseWidths } from '../node/wholeNumbers';

/** The widths of hidden layers: positive integers, separated by commas. */
export function hiddenOption(): Option {
  return new Option('--hidden <widths>', 'widths of the hidden layers').argParser((text) =>
    parseWidths(text, '--hidden'),
  );
}

/** A parser of a positive integer option. */
export function positiveOption(name: string): (text: string) => number {
  return (text) => parseWholeNumber(text, name);
}

/**
 * Reads the id of a measure.
 * @throws LabError that suggests one
 */
export function parseMeasure(text: string): MeasureId {
  const byDistance = MEASURES.map(({ id }) => ({
    id,
    edits: distance(id.toLowerCase(), text.toLowerCase()),
  })).sort((a, b) => a.edits - b.edits);
  const [closest] = byDistance;
  if (closest.edits === 0) return closest.id;
  const suggestion =
    closest.edits <= Math.max(2, text.length / 3)
      ? `did you mean ${closest.id}?`
      : `known are ${MEASURES.map(({ id }) => id).join(', ')}`;
  throw invalid(`${show(text)} is not a measure; ${suggestion}`, { field: '--measure' });
}

/** What follows hidden layers. */
export function activationOption(): Option {
  const choices: Activation[] = ['relu', 'linear'];
  return new Option('--activation <name>', 'activation after every hidden layer').choices(choices);
}
