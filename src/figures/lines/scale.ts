import { fixedNumber, scientific, withMinus } from '../text/numbers';
import { ticks as linearTicks } from 'd3';

/** Least and greatest value of an axis. */
export type Domain = readonly [least: number, greatest: number];

/** Maps values to pixels and back. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly domain: Domain;
  /** Pixels of the ends of the domain. */
  readonly range: readonly [number, number];
}

/** A tick with its label. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Pixel of a value; NaN if the value is not positive on a logarithmic scale. */
export function toPixel(scale: Scale, value: number): number {
  return pixelsOf(scale)(value);
}

/** Function from values to pixels, created once for many values. */
export function pixelsOf({ kind, domain, range }: Scale): (value: number) => number {
  const [start, end] = range;
  if (kind === 'log') {
    const from = Math.log(domain[0]);
    const factor = (end - start) / (Math.log(domain[1]) - from);
    return (value) => (value > 0 ? start + (Math.log(value) - from) * factor : NaN);
  }
  const [from, to] = domain;
  const factor = (end - start) / (to - from);
  return (value) => start + (value - from) * factor;
}

/** The value at a pixel. */
export function toValue({ kind, domain, range }: Scale, pixel: number): number {
  const share = (pixel - range[0]) / (range[1] - range[0]);
  return kind === 'log'
    ? Math.exp(Math.log(domain[0]) * (1 - share) + Math.log(domain[1]) * share)
    : domain[0] + share * (domain[1] - domain[0]);
}

/** Relative differences smaller than this cannot be shown by labels. */
const NEGLIGIBLE = 1e-6;
/** Greatest magnitude on an axis, and its inverse the least on a logarithmic one. */
const MAX_MAGNITUDE = 1e250;
/** Margin at either end of a domain, as a share of its width. */
const MARGIN = 0.04;

/**
 * The domain of some extent, with a margin; where there are hardly any differences, it is widened around
 * them. An empty extent (∞, −∞) becomes [0, 1], or [0.1, 1] on a logarithmic scale.
 */
export function paddedDomain(kind: Scale['kind'], extent: Domain): Domain {
  // Values beyond are off the axis, since the width of the domain would overflow.
  const [least, greatest] = extent.map((end) =>
    Math.max(-MAX_MAGNITUDE, Math.min(MAX_MAGNITUDE, end)),
  );
  if (!(least <= greatest) || extent[0] > extent[1]) return kind === 'log' ? [0.1, 1] : [0, 1];
  if (kind === 'log') {
    const from = Math.max(least, 1 / MAX_MAGNITUDE);
    const to = Math.max(greatest, from);
    const factor = Math.max(Math.exp(MARGIN * (Math.log(to) - Math.log(from))), 1.02);
    return [from / factor, to * factor];
  }
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const width = greatest - least;
  if (width > NEGLIGIBLE * Math.max(size, NEGLIGIBLE)) {
    return [least - MARGIN * width, greatest + MARGIN * width];
  }
  const around = size > NEGLIGIBLE ? 0.05 * size : 1;
  return [least - around, greatest + around];
}

/**
 * Ticks within a domain: about so many, at round numbers.
 * @param whole whether to leave out fractions
 */
export function ticksOf({ kind, domain }: Scale, count: number, whole = false): Tick[] {
  if (kind === 'log') return logTicks(domain, count);
  const values = linearTicks(domain[0], domain[1], Math.max(1, count));
  return labelled(whole ? values.filter(Number.isInteger) : values);
}

function labelled(values: readonly number[]): Tick[] {
  const step = values.length > 1 ? values[1] - values[0] : 0;
  return values.map((value) => ({ value, label: linearLabel(value, step) }));
}

const LADDERS = [[1, 2, 5], [1, 3], [1]];

function logTicks([least, greatest]: Domain, count: number): Tick[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(greatest));
  // Within about one decade, linear ticks are more useful.
  if (greatest / least < 3) {
    return labelled(linearTicks(least, greatest, Math.max(1, count - 1)));
  }
  const decades = last - first;
  for (const ladder of LADDERS) {
    const every = ladder.length > 1 ? 1 : Math.max(1, Math.ceil(decades / (1.5 * count)));
    const values: number[] = [];
    for (let power = first; power <= last; power += every) {
      // Dividing by 1000 is exact, multiplying by 0.001 is not.
      const at = (factor: number): number =>
        power < 0 ? factor / 10 ** -power : factor * 10 ** power;
      values.push(...ladder.map(at).filter((value) => value >= least && value <= greatest));
    }
    if (values.length <= 2 * count || ladder.length === 1) {
      return values.map((value) => ({ value, label: logLabel(value) }));
    }
  }
  return [];
}

function linearLabel(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step);
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return scientific(value);
  // Of a single tick no step says how exact it is to be.
  if (step === 0) return withMinus(String(Number(value.toPrecision(6))));
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
  return fixedNumber(value, digits);
}

function logLabel(value: number): string {
  return value >= 1e6 || value < 1e-4 ? scientific(value) : String(value);
}
