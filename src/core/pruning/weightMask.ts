import { counted } from '../counted';
import { invalid } from '../errors';
import type { Layout } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { sum } from './exactCount';

/** Where the weights of a Linear layer are among the flat parameters. */
export interface WeightRange {
  readonly start: number;
  /** Number of weights. */
  readonly length: number;
}

/** Per Linear layer: where its weights are. */
export function weightRanges({ widths }: Layout): WeightRange[] {
  let next = 0;
  return widths.slice(1).map((outputs, l) => {
    const range = { start: next, length: outputs * widths[l] };
    next += range.length + outputs;
    return range;
  });
}

/** Per Linear layer: how many of its weights are masked. */
export function maskedWeights({ layout, mask }: Pick<Specimen, 'layout' | 'mask'>): number[] {
  return weightRanges(layout).map(({ start, length }) => {
    if (mask === undefined) return 0;
    let masked = 0;
    for (let i = start; i < start + length; i++) if (mask[i] === 0) masked++;
    return masked;
  });
}

/** Share of the weights that are masked, in [0, 1]; biases do not count. */
export function maskedShare(specimen: Pick<Specimen, 'layout' | 'mask'>): number {
  const weights = sum(weightRanges(specimen.layout).map(({ length }) => length));
  return sum(maskedWeights(specimen)) / weights;
}

/**
 * The specimen with a mask in addition to its own: masked parameters become 0. Returns a copy.
 * @param mask `[parameters]`, 1 kept, 0 masked
 * @throws LabError unless the mask fits the specimen
 */
export function withWeightMask(specimen: Specimen, mask: Uint8Array): Specimen {
  requireWeightMask({ ...specimen, mask });
  const own = specimen.mask;
  const both = mask.map((bit, i) => (own?.[i] === 0 ? 0 : bit));
  const parameters = specimen.parameters.map((value, i) => (both[i] === 0 ? 0 : value));
  return { ...specimen, parameters, mask: both };
}

/**
 * @throws LabError unless a mask has one entry for each parameter, all 0 or 1, and (`zeros`) parameters that are
 *   masked are 0
 */
export function requireWeightMask(
  { layout, parameters, mask }: Pick<Specimen, 'layout' | 'parameters' | 'mask'>,
  field = 'mask',
  { zeros = false } = {},
): void {
  if (mask === undefined) return;
  if (mask.length !== parameters.length) {
    throw invalid(
      `must hold one for each of ${counted(parameters.length, 'parameter')}, not ${mask.length}`,
      { field },
    );
  }
  const wrong = mask.findIndex((bit) => bit > 1);
  if (wrong >= 0) {
    throw invalid(`must be 0 (masked) or 1 (kept), not ${mask[wrong]}`, {
      field: `${field}[${wrong}]`,
    });
  }
  const left = zeros ? mask.findIndex((bit, i) => bit === 0 && parameters[i] !== 0) : -1;
  if (left >= 0) {
    throw invalid(
      `masks parameter ${left}, which must therefore be 0, not ${parameters[left]} (${placeOf(layout, left)})`,
      { field: `${field}[${left}]` },
    );
  }
}

/** A parameter's place in words. */
function placeOf(layout: Layout, index: number): string {
  const ranges = weightRanges(layout);
  let l = ranges.length - 1;
  while (ranges[l].start > index) l--;
  const at = index - ranges[l].start;
  const inputs = layout.widths[l];
  return at < ranges[l].length
    ? `Linear layer ${l}, row ${Math.floor(at / inputs)}, column ${at % inputs}`
    : `Linear layer ${l}, bias ${at - ranges[l].length}`;
}
