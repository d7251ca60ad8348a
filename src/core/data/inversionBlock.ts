import {
  hiddenWidths,
  isRelu,
  layersOf,
  neuronCount,
  type Activation,
  type Network,
} from '../network/layout';
import type { AdamOptions, AdamStep } from '../training/adam';
import { operationsPerSample, type InversionProgram } from './inversionProgram';
import {
  SAMPLE_LANES,
  sparseAffine,
  sparseMatrix,
  sparseTranspose,
  type SparseMatrix,
} from './sparseAffine';

interface InvertedLayer {
  readonly weights: SparseMatrix;
  readonly transposed: SparseMatrix;
  readonly biases: Float64Array;
  readonly activation: Activation;
  /** `[width, block]`: views into the features and their gradients. */
  readonly features: Float64Array;
  readonly deltas: Float64Array;
  /** `[width, block]`: the layer's output; the features themselves when it is linear. */
  readonly outputs: Float64Array;
  /** `[width, block]`: gradient with respect to the output, from the layer above. */
  readonly outputGradients: Float64Array;
}

/**
 * The inner loop of the inversion in plain TypeScript. Arrays are feature-major `[features, block]`, so
 * that every loop runs over samples, which are independent.
 *
 * Arithmetic is float64: without rounding to float32 after every operation plain JavaScript is twice
 * as fast, and SIMD does the same operations in the same order.
 */
export class InversionBlock implements InversionProgram {
  /** Samples in the block: the requested number rounded up to a multiple of {@link SAMPLE_LANES}. */
  readonly block: number;
  /** `[inputs, block]` */
  readonly gradients: Float64Array;
  private readonly F: number;
  private readonly inputs: number;
  private readonly seeds: Float64Array;
  private readonly wanted: Float64Array;
  private readonly features: Float64Array;
  private readonly deltas: Float64Array;
  private readonly mean: Float64Array;
  private readonly square: Float64Array;
  private readonly layers: readonly InvertedLayer[];
  private readonly noBias: Float64Array;

  constructor(
    { layout, parameters }: Network,
    samples: number,
    private readonly adam: Omit<AdamOptions, 'learningRate'>,
  ) {
    this.F = neuronCount(layout);
    this.inputs = layout.widths[0];
    this.block = Math.ceil(samples / SAMPLE_LANES) * SAMPLE_LANES;
    const { F, inputs, block } = this;
    const array = (rows: number): Float64Array => new Float64Array(rows * block);
    this.seeds = array(inputs);
    this.gradients = array(inputs);
    this.mean = array(inputs);
    this.square = array(inputs);
    this.wanted = array(F);
    this.features = array(F);
    this.deltas = array(F);
    this.noBias = new Float64Array(Math.max(F, inputs));
    const linear = layersOf({ layout, parameters });
    let row = 0;
    this.layers = hiddenWidths(layout).map((width, l) => {
      const { weights, biases, inputs: below } = linear[l];
      const from = row * block;
      row += width;
      const features = this.features.subarray(from, row * block);
      const activation = layout.activations[l];
      return {
        weights: sparseMatrix(weights, width, below),
        transposed: sparseTranspose(weights, width, below),
        biases: Float64Array.from(biases),
        activation,
        features,
        deltas: this.deltas.subarray(from, row * block),
        outputs: activation === 'linear' ? features : new Float64Array(features.length),
        outputGradients: new Float64Array(features.length),
      };
    });
  }

  get operations(): number {
    const entries = this.layers.reduce((sum, { weights }) => sum + weights.values.length, 0);
    return this.block * operationsPerSample(entries, this.inputs);
  }

  load(starts: Float32Array, wanted: Float32Array): void {
    this.mean.fill(0);
    this.square.fill(0);
    transposeInto(this.seeds, starts, this.inputs, this.block);
    transposeInto(this.wanted, wanted, this.F, this.block);
  }

  store(seeds: Float32Array | Float64Array): void {
    const { inputs, block } = this;
    for (let at = 0; at < seeds.length; at++) {
      const i = at % inputs;
      seeds[at] = this.seeds[i * block + (at - i) / inputs];
    }
  }

  run(factors: readonly AdamStep[]): void {
    for (const step of factors) {
      this.computeGradients();
      this.moveSeeds(step);
    }
  }

  /** Gradients of each sample's (1/F) Σ_f (feature_f − wanted_f)² with respect to its seed. */
  computeGradients(): void {
    const { layers, features, wanted, deltas, block } = this;
    let below = this.seeds;
    for (const { weights, biases, activation, features: out, outputs } of layers) {
      sparseAffine(weights, biases, below, out, block);
      if (isRelu(activation)) {
        for (let i = 0; i < out.length; i++) outputs[i] = out[i] > 0 ? out[i] : 0;
      }
      below = outputs;
    }
    const scale = 2 / this.F;
    for (let i = 0; i < deltas.length; i++) deltas[i] = scale * (features[i] - wanted[i]);
    for (let l = layers.length - 1; l > 0; l--) {
      const { activation, features: own, deltas: ownDeltas, outputGradients } = layers[l - 1];
      sparseAffine(layers[l].transposed, this.noBias, layers[l].deltas, outputGradients, block);
      const gated = isRelu(activation);
      for (let i = 0; i < outputGradients.length; i++) {
        if (!gated || own[i] > 0) ownDeltas[i] += outputGradients[i];
      }
    }
    sparseAffine(layers[0].transposed, this.noBias, layers[0].deltas, this.gradients, block);
  }

  /** Adam as in `adamUpdate`, in float64. */
  private moveSeeds({ stepSize, correction }: AdamStep): void {
    const { seeds, gradients, mean, square } = this;
    const { beta1, beta2, epsilon } = this.adam;
    const meanRate = 1 - beta1;
    const squareRate = 1 - beta2;
    for (let i = 0; i < seeds.length; i++) {
      const g = gradients[i];
      const m = mean[i] + (g - mean[i]) * meanRate;
      const v = square[i] * beta2 + squareRate * g * g;
      mean[i] = m;
      square[i] = v;
      seeds[i] += (-stepSize * m) / (Math.sqrt(v) / correction + epsilon);
    }
  }
}

/** Transposes `[samples, width]` to `[width, block]`; further samples of the block become 0. */
function transposeInto(out: Float64Array, rows: Float32Array, width: number, block: number): void {
  out.fill(0);
  for (let at = 0; at < rows.length; at++) {
    const c = at % width;
    out[c * block + (at - c) / width] = rows[at];
  }
}
