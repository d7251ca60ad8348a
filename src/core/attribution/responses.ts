import { addProducts, SparsePair } from './affine';
import type { Circuit, CircuitLayer } from './circuit';
import type { LayerRange, RowKind } from './matrix';

/** Which neurons of a circuit are read, and where. */
export interface Readout {
  readonly circuit: Circuit;
  /** One range of rows for each of the circuit's layers from `specimenStart` on. */
  readonly layers: readonly LayerRange[];
  readonly neurons: number;
  readonly rows: RowKind;
}

/** What neurons put out for one feature at a time. */
export interface Responses {
  /** `[neurons, features]`: n(e_f) */
  readonly values: Float64Array;
  /** `[neurons]`: n(0) */
  readonly baseline: Float64Array;
}

/** n(e_f) for every feature, and n(0), by one forward pass each. */
export function responses(readout: Readout): Responses {
  const { circuit, neurons } = readout;
  const { features } = circuit;
  const values = new Float64Array(neurons * features);
  const baseline = new Float64Array(neurons);
  if (neurons > 0) {
    const pass = new PairedPass(circuit);
    pass.run(undefined, undefined);
    write(readout, pass.first, baseline, 0, 1);
    for (let f = 0; f < features; f += 2) {
      const g = Math.min(f + 1, features - 1);
      pass.run(f, g);
      write(readout, pass.first, values, f, features);
      write(readout, pass.second, values, g, features);
    }
  }
  return { values, baseline };
}

/** n(e_f) − n(0), `[neurons, features]`. */
export function finiteDifferences(readout: Readout): Float64Array {
  const { values, baseline } = responses(readout);
  const { features } = readout.circuit;
  for (let k = 0; k < baseline.length; k++) {
    for (let f = 0; f < features; f++) values[k * features + f] -= baseline[k];
  }
  return values;
}

/** Whether a layer's rows show what is left after a ReLU. */
export function isRectified({ rows }: Readout, { activation }: CircuitLayer): boolean {
  return rows === 'post-activation' && activation === 'relu';
}

function write(
  readout: Readout,
  values: readonly Float64Array[],
  target: Float64Array,
  column: number,
  columns: number,
): void {
  const { circuit, layers } = readout;
  for (const { layer, start, end } of layers) {
    const l = circuit.specimenStart + layer;
    const source = values[l];
    const rectified = isRectified(readout, circuit.layers[l]);
    for (let k = start; k < end; k++) {
      const value = source[k - start];
      target[k * columns + column] = rectified ? relu(value) : value;
    }
  }
}

/** What is not a number stays so: a neuron that overflowed must not look like a dead one. */
function relu(value: number): number {
  return value <= 0 ? 0 : value;
}

/** Values of all layers, before their activations, at two inputs side by side. */
class PairedPass {
  /** Per layer `[outputs]`. */
  readonly first: readonly Float64Array[];
  /** Per layer `[outputs]`. */
  readonly second: readonly Float64Array[];
  private readonly handedOn: SparsePair;

  constructor(private readonly circuit: Circuit) {
    const widths = circuit.layers.map(({ outputs }) => outputs);
    this.first = widths.map((width) => new Float64Array(width));
    this.second = widths.map((width) => new Float64Array(width));
    this.handedOn = new SparsePair(Math.max(...widths));
  }

  /** At e_f and e_g; at 0 where there is no feature. */
  run(f: number | undefined, g: number | undefined): void {
    const { layers } = this.circuit;
    atOneHot(layers[0], f, this.first[0]);
    atOneHot(layers[0], g, this.second[0]);
    for (let l = 1; l < layers.length; l++) {
      this.handOn(l - 1);
      this.first[l].set(layers[l].biases);
      this.second[l].set(layers[l].biases);
      addProducts(layers[l], this.handedOn, this.first[l], this.second[l]);
    }
  }

  private handOn(l: number): void {
    const { handedOn } = this;
    const first = this.first[l];
    const second = this.second[l];
    const rectified = this.circuit.layers[l].activation === 'relu';
    handedOn.count = 0;
    for (let i = 0; i < first.length; i++) {
      if (!rectified) handedOn.push(i, first[i], second[i]);
      else if (!(first[i] <= 0 && second[i] <= 0)) {
        handedOn.push(i, relu(first[i]), relu(second[i]));
      }
    }
  }
}

function atOneHot(
  { inputs, outputs, weights, biases }: CircuitLayer,
  feature: number | undefined,
  out: Float64Array,
): void {
  for (let o = 0; o < outputs; o++) {
    out[o] = biases[o] + (feature === undefined ? 0 : weights[o * inputs + feature]);
  }
}
