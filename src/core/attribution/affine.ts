import type { LinearLayer } from '../network/layout';

/**
 * Two vectors side by side, without the units where both are zero: behind a ReLU that is about half.
 * In pairs, since whatever is loaded of the weights then serves twice.
 */
export class SparsePair {
  count = 0;
  /** `[count]`: which units these are. */
  readonly units: Uint32Array;
  /** `[count]` */
  readonly first: Float64Array;
  /** `[count]` */
  readonly second: Float64Array;

  constructor(width: number) {
    this.units = new Uint32Array(width);
    this.first = new Float64Array(width);
    this.second = new Float64Array(width);
  }

  push(unit: number, first: number, second: number): void {
    this.units[this.count] = unit;
    this.first[this.count] = first;
    this.second[this.count] = second;
    this.count++;
  }
}

/**
 * Adds W·x to both results, in float64. Each sum runs over the units in their order, so it does not
 * depend on what the other vector holds.
 * @param first `[outputs]`
 * @param second `[outputs]`
 */
export function addProducts(
  { weights, inputs, outputs }: LinearLayer,
  x: SparsePair,
  first: Float64Array,
  second: Float64Array,
): void {
  const { count, units } = x;
  const last = outputs - 1;
  // Four outputs at once: eight sums that need not wait for each other. The last ones may repeat.
  for (let o0 = 0; o0 < outputs; o0 += 4) {
    const o1 = Math.min(o0 + 1, last);
    const o2 = Math.min(o0 + 2, last);
    const o3 = Math.min(o0 + 3, last);
    let a0 = first[o0];
    let a1 = first[o1];
    let a2 = first[o2];
    let a3 = first[o3];
    let b0 = second[o0];
    let b1 = second[o1];
    let b2 = second[o2];
    let b3 = second[o3];
    for (let k = 0; k < count; k++) {
      const unit = units[k];
      const a = x.first[k];
      const b = x.second[k];
      const w0 = weights[o0 * inputs + unit];
      const w1 = weights[o1 * inputs + unit];
      const w2 = weights[o2 * inputs + unit];
      const w3 = weights[o3 * inputs + unit];
      a0 += w0 * a;
      a1 += w1 * a;
      a2 += w2 * a;
      a3 += w3 * a;
      b0 += w0 * b;
      b1 += w1 * b;
      b2 += w2 * b;
      b3 += w3 * b;
    }
    first[o0] = a0;
    first[o1] = a1;
    first[o2] = a2;
    first[o3] = a3;
    second[o0] = b0;
    second[o1] = b1;
    second[o2] = b2;
    second[o3] = b3;
  }
}
