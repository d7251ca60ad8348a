import type { Circuit, CircuitLayer } from './circuit';

/**
 * Values and, by forward-mode differentiation, directional derivatives of all hidden neurons at the
 * points α·e_f of one feature's path. One pass gives every neuron; in float64, since differences of
 * values are what counts.
 */
export class PathEvaluator {
  /** Per layer `[points, outputs]`, before the activation. */
  readonly values: readonly Float64Array[];
  /** Per layer `[points, outputs]`: derivative along e_f, before the activation. */
  readonly tangents: readonly Float64Array[];
  /** What a layer hands on: values or tangents after its activation. */
  private readonly handedOn: readonly Float64Array[];

  constructor(
    private readonly circuit: Circuit,
    private readonly points: number,
  ) {
    const buffers = (): Float64Array[] =>
      circuit.layers.map(({ outputs }) => new Float64Array(points * outputs));
    this.values = buffers();
    this.tangents = buffers();
    this.handedOn = buffers();
  }

  /** Fills `values` at the points `alphas[p]·e_feature`. */
  evaluate(feature: number, alphas: readonly number[]): void {
    const { layers } = this.circuit;
    const { inputs, outputs, weights, biases } = layers[0];
    for (let p = 0; p < this.points; p++) {
      for (let o = 0; o < outputs; o++) {
        this.values[0][p * outputs + o] = biases[o] + alphas[p] * weights[o * inputs + feature];
      }
    }
    for (let l = 1; l < layers.length; l++) {
      this.handOn(l - 1, this.values[l - 1]);
      this.affine(l, layers[l].biases, this.values[l]);
    }
  }

  /** Fills `tangents` at the points that were evaluated last. */
  differentiate(feature: number): void {
    const { layers } = this.circuit;
    const { inputs, outputs, weights } = layers[0];
    for (let p = 0; p < this.points; p++) {
      for (let o = 0; o < outputs; o++) {
        this.tangents[0][p * outputs + o] = weights[o * inputs + feature];
      }
    }
    for (let l = 1; l < layers.length; l++) {
      this.handOn(l - 1, this.tangents[l - 1]);
      this.affine(l, undefined, this.tangents[l]);
    }
  }

  /** Copies a layer's values or tangents through its gates: ReLU's derivative at 0 is 0. */
  private handOn(l: number, source: Float64Array): void {
    const target = this.handedOn[l];
    if (this.circuit.layers[l].activation === 'linear') target.set(source);
    else for (let i = 0; i < source.length; i++) target[i] = this.values[l][i] > 0 ? source[i] : 0;
  }

  private affine(l: number, biases: Float32Array | undefined, out: Float64Array): void {
    affine64(this.handedOn[l - 1], this.circuit.layers[l], biases, out, this.points);
  }
}

function affine64(
  x: Float64Array,
  { weights, inputs, outputs }: CircuitLayer,
  biases: Float32Array | undefined,
  out: Float64Array,
  points: number,
): void {
  for (let p = 0; p < points; p++) {
    const start = p * inputs;
    for (let o = 0; o < outputs; o++) {
      const row = o * inputs;
      // Four sums: one would wait for each addition to finish.
      let s0 = biases ? biases[o] : 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let i = 0;
      for (; i + 3 < inputs; i += 4) {
        s0 += x[start + i] * weights[row + i];
        s1 += x[start + i + 1] * weights[row + i + 1];
        s2 += x[start + i + 2] * weights[row + i + 2];
        s3 += x[start + i + 3] * weights[row + i + 3];
      }
      for (; i < inputs; i++) s0 += x[start + i] * weights[row + i];
      out[p * outputs + o] = s0 + s1 + (s2 + s3);
    }
  }
}
