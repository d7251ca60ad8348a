import { anyNumber } from '../../../figures/text/numbers';

const SHOWN = 8;

/** Numbers in a line: how many, the first, and their range; undefined ones are counted. */
export function describeNumbers(values: NodeJS.TypedArray): string {
  const { length } = values;
  const name = values.constructor.name;
  const first = Array.from({ length: Math.min(length, SHOWN) }, (_, i) => anyNumber(values[i]));
  const list = [...first, ...(length > SHOWN ? ['…'] : [])].join(', ');
  return [`${name}(${length}) [${list}]`, ...rangeOf(values)].join('; ');
}

function rangeOf(values: NodeJS.TypedArray): string[] {
  let least = Infinity;
  let greatest = -Infinity;
  let sum = 0;
  let undefinedOnes = 0;
  for (const entry of values) {
    const value = Number(entry);
    if (Number.isNaN(value)) {
      undefinedOnes++;
      continue;
    }
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    sum += value;
  }
  const count = values.length - undefinedOnes;
  return [
    ...(count > 0
      ? [`min ${anyNumber(least)}, max ${anyNumber(greatest)}, mean ${anyNumber(sum / count)}`]
      : []),
    ...(undefinedOnes > 0 ? [`${undefinedOnes} undefined`] : []),
  ];
}
