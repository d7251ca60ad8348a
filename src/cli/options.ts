import { Option } from 'commander';
import { distance } from 'fastest-levenshtein';
import { invalid, show } from '../core/errors';
import { MEASURES, type MeasureId } from '../core/measures/table';
import type { Activation } from '../core/network/layout';

/** The widths of hidden layers: positive integers, separated by commas. */
export function hiddenOption(): Option {
  return new Option('--hidden <widths>', 'widths of the hidden layers').argParser(parseWidths);
}

/** @throws LabError that names the width that is wrong */
export function parseWidths(text: string): number[] {
  return text.split(',').map((part) => parsePositive('--hidden', part.trim(), text));
}

/** A parser of a positive integer option. */
export function positiveOption(name: string): (text: string) => number {
  return (text) => parsePositive(name, text, text);
}

function parsePositive(field: string, part: string, text: string): number {
  const value = Number(part);
  if (!/^\d+$/.test(part) || !Number.isSafeInteger(value) || value < 1) {
    const where = part === text ? '' : ` in ${show(text)}`;
    throw invalid(`${show(part)}${where} is not a whole number of 1 or more`, { field });
  }
  return value;
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
