import { addProducts, SparsePair } from './affine';
import type { Circuit } from './circuit';

/**
 * The path α·e_f of one feature. ReLU nets are piecewise linear: as long as no gate opens or closes,
 * every neuron is offset + α·slope, and its slope is its derivative by forward-mode differentiation.
 * Moving along the path recomputes only what lies behind a gate that has changed.
 */
export class OneHotPath {
  /** Per layer `[outputs]`, before the activation. */
  readonly offsets: readonly Float64Array[];
  /** Per layer `[outputs]`, before the activation: derivative along e_f. */
  readonly slopes: readonly Float64Array[];
  /** Per layer `[outputs]`: 1 where a unit hands on what it gets. ReLU's derivative at 0 is 0. */
  readonly open: readonly Uint8Array[];
  private readonly handedOn: SparsePair;
  private atStart = true;

  constructor(private readonly circuit: Circuit) {
    const { layers } = circuit;
    this.offsets = layers.map(({ biases }) => Float64Array.from(biases));
    this.slopes = layers.map(({ outputs }) => new Float64Array(outputs));
    this.open = layers.map(({ outputs }) => new Uint8Array(outputs).fill(1));
    this.handedOn = new SparsePair(Math.max(...layers.map(({ outputs }) => outputs)));
  }

  /** Turns to the path of a feature. */
  follow(feature: number): void {
    const { inputs, outputs, weights } = this.circuit.layers[0];
    for (let o = 0; o < outputs; o++) this.slopes[0][o] = weights[o * inputs + feature];
    this.atStart = true;
  }

  /** Moves to α·e_f. */
  moveTo(alpha: number): void {
    let changed = this.atStart;
    this.atStart = false;
    this.circuit.layers.forEach(({ activation }, l) => {
      if (changed && l > 0) this.derive(l);
      if (activation === 'relu' && this.switchGates(l, alpha)) changed = true;
    });
  }

  /** The linear piece of a layer from that of the layer before it. */
  private derive(l: number): void {
    const { handedOn } = this;
    const offsets = this.offsets[l - 1];
    const slopes = this.slopes[l - 1];
    const open = this.open[l - 1];
    handedOn.count = 0;
    for (let i = 0; i < open.length; i++) {
      if (open[i]) handedOn.push(i, offsets[i], slopes[i]);
    }
    const layer = this.circuit.layers[l];
    this.offsets[l].set(layer.biases);
    this.slopes[l].fill(0);
    addProducts(layer, handedOn, this.offsets[l], this.slopes[l]);
  }

  /** @returns whether any gate of the layer opened or closed */
  private switchGates(l: number, alpha: number): boolean {
    const offsets = this.offsets[l];
    const slopes = this.slopes[l];
    const open = this.open[l];
    let changed = false;
    for (let i = 0; i < open.length; i++) {
      // What is not a number passes, so that it stays visible.
      const now = offsets[i] + alpha * slopes[i] <= 0 ? 0 : 1;
      if (now === open[i]) continue;
      open[i] = now;
      changed = true;
    }
    return changed;
  }
}
