const SHOWN = 8;

/** Numbers in a line: how many, the first, and their range; undefined ones are counted. */
export function describeNumbers(values: NodeJS.TypedArray): string {
  const { length } = values;
  const name = values.constructor.name;
  const first = Array.from({ length: Math.min(length, SHOWN) }, (_, i) => numberText(values[i]));
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
      ? [`min ${numberText(least)}, max ${numberText(greatest)}, mean ${numberText(sum / count)}`]
      : []),
    ...(undefinedOnes > 0 ? [`${undefinedOnes} undefined`] : []),
  ];
}

/** A number in at most about nine characters. */
export function numberText(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);
}
