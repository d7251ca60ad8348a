import { Option } from 'commander';
import { invalid, show } from '../core/errors';
import { closestName } from '../core/closestName';
import { MEASURES, type MeasureId } from '../core/measures/table';
import type { Activation } from '../core/network/layout';
import { parseWholeNumber, parseWidths } from '../node/experiments/numberLists';

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
 * Parses the id of a measure.
 * @throws LabError with a suggestion
 */
export function parseMeasure(text: string): MeasureId {
  const ids = MEASURES.map(({ id }) => id);
  const known = ids.find((id) => id.toLowerCase() === text.toLowerCase());
  if (known) return known;
  const meant = closestName(text, ids);
  const suggestion =
    meant === undefined ? `known measures are ${ids.join(', ')}` : `did you mean ${meant}?`;
  throw invalid(`${show(text)} is not a measure; ${suggestion}`, { field: '--measure' });
}

/** The option for the activation after hidden layers. */
export function activationOption(): Option {
  const choices: Activation[] = ['relu', 'linear'];
  return new Option('--activation <name>', 'activation after every hidden layer').choices(choices);
}
