import type { Circuit } from './circuit';
import { isRelu, type LinearLayer } from '../network/layout';

/**
 * The path α·e_f of one feature. ReLU networks are piecewise linear: while no ReLU switches, every neuron
 * is offset + α·slope, and its slope is its derivative by forward-mode differentiation. Moving along the
 * path recomputes only the layers behind a ReLU that has switched.
 */
export class OneHotPath {
  /** Per layer `[2 · outputs]`, before the activation: offset and slope, the derivative along e_f. */
  readonly pieces: readonly Float64Array[];
  /** Per layer `[outputs]`: 1 where a unit passes its value on. ReLU's derivative at 0 is 0. */
  readonly active: readonly Uint8Array[];
  /** `[widest layer]`: indices of the active units; behind a ReLU about half of the units. */
  private readonly units: Uint32Array;
  /** `[2 · widest layer]`: offset and slope of these units. */
  private readonly activePieces: Float64Array;
  private atStart = true;

  constructor(private readonly circuit: Circuit) {
    const widths = circuit.layers.map(({ outputs }) => outputs);
    this.pieces = widths.map((width) => new Float64Array(2 * width));
    this.active = widths.map((width) => new Uint8Array(width).fill(1));
    this.units = new Uint32Array(Math.max(...widths));
    this.activePieces = new Float64Array(2 * Math.max(...widths));
  }

  /** Starts the path of another feature. */
  follow(feature: number): void {
    const { inputs, outputs, weights, biases } = this.circuit.layers[0];
    const [piece] = this.pieces;
    for (let o = 0; o < outputs; o++) {
      piece[2 * o] = biases[o];
      piece[2 * o + 1] = weights[o * inputs + feature];
    }
    this.atStart = true;
  }

  /** Moves to α·e_f. */
  moveTo(alpha: number): void {
    let changed = this.atStart;
    this.atStart = false;
    this.circuit.layers.forEach(({ activation }, l) => {
      if (changed && l > 0) this.derive(l);
      if (isRelu(activation) && this.updateActive(l, alpha)) changed = true;
    });
  }

  /** Computes the linear piece of a layer from the one before it. */
  private derive(l: number): void {
    const { units, activePieces } = this;
    const before = this.pieces[l - 1];
    const active = this.active[l - 1];
    let count = 0;
    for (let i = 0; i < active.length; i++) {
      if (!active[i]) continue;
      units[count] = i;
      activePieces[2 * count] = before[2 * i];
      activePieces[2 * count + 1] = before[2 * i + 1];
      count++;
    }
    const layer = this.circuit.layers[l];
    layer.biases.forEach((bias, o) => {
      this.pieces[l][2 * o] = bias;
      this.pieces[l][2 * o + 1] = 0;
    });
    addProducts(layer, units, activePieces, count, this.pieces[l]);
  }

  /** @returns whether any unit of the layer became active or inactive */
  private updateActive(l: number, alpha: number): boolean {
    const piece = this.pieces[l];
    const active = this.active[l];
    let changed = false;
    for (let i = 0; i < active.length; i++) {
      // NaN counts as active, so that it reaches the result.
      const now = piece[2 * i] + alpha * piece[2 * i + 1] <= 0 ? 0 : 1;
      if (now === active[i]) continue;
      active[i] = now;
      changed = true;
    }
    return changed;
  }
}

/** Adds W·x to pairs of numbers in float64; every sum runs over the units in ascending order. */
function addProducts(
  { weights, inputs, outputs }: LinearLayer,
  units: Uint32Array,
  x: Float64Array,
  count: number,
  out: Float64Array,
): void {
  const last = outputs - 1;
  // Four outputs at a time give eight independent sums. At the end of a layer outputs may be repeated.
  for (let o0 = 0; o0 < outputs; o0 += 4) {
    const o1 = Math.min(o0 + 1, last);
    const o2 = Math.min(o0 + 2, last);
    const o3 = Math.min(o0 + 3, last);
    let a0 = out[2 * o0];
    let a1 = out[2 * o1];
    let a2 = out[2 * o2];
    let a3 = out[2 * o3];
    let b0 = out[2 * o0 + 1];
    let b1 = out[2 * o1 + 1];
    let b2 = out[2 * o2 + 1];
    let b3 = out[2 * o3 + 1];
    for (let k = 0; k < count; k++) {
      const unit = units[k];
      const a = x[2 * k];
      const b = x[2 * k + 1];
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
    out[2 * o0] = a0;
    out[2 * o1] = a1;
    out[2 * o2] = a2;
    out[2 * o3] = a3;
    out[2 * o0 + 1] = b0;
    out[2 * o1 + 1] = b1;
    out[2 * o2 + 1] = b2;
    out[2 * o3 + 1] = b3;
  }
}
