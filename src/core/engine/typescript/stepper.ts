import { optimizerUpdate, type OptimizerOptions } from '../../training/optimizer';
import { addActivationPenalty, addWeightPenalty } from '../../training/penalty';
import { isRelu, layersOf } from '../../network/layout';
import type { Xoshiro } from '../../random/xoshiro';
import type { TrainingTask } from '../engine';
import { masked, startingState, startOf } from '../task';
import { affine, columnSums, multiply, relu } from './kernels';

const { fround } = Math;

/** Fixed overhead of a step in arithmetic operations, some microseconds. */
const OPERATIONS_PER_STEP = 5000;

/** One network in training: its parameters, the optimiser's state and the buffers of one batch. */
export class Stepper {
  readonly parameters: Float32Array;
  /** −Σ w·g over all steps; empty unless the task asks for it. */
  readonly movement: Float32Array;
  /** The optimiser's. */
  readonly state;
  private readonly gradients: Float32Array;
  private readonly layers;
  private readonly gradientLayers;
  /** Per layer `[batch, width]`: the inputs, then each layer's output. */
  private readonly values: Float32Array[];
  /** Per layer `[batch, width]`: ∂loss/∂pre-activation. */
  private readonly deltas: Float32Array[];
  /** Per hidden layer `[batch, width]`: 0 or 1/(1 − p). */
  private readonly masks: Float32Array[];

  constructor(private readonly task: TrainingTask) {
    const { layout, batchSize } = task;
    this.parameters = startOf(task);
    this.gradients = new Float32Array(this.parameters.length);
    this.state = startingState(task);
    this.movement = new Float32Array(task.movement ? this.parameters.length : 0);
    this.layers = layersOf({ layout, parameters: this.parameters });
    this.gradientLayers = layersOf({ layout, parameters: this.gradients });
    const buffers = (): Float32Array[] =>
      layout.widths.map((width) => new Float32Array(batchSize * width));
    this.values = buffers();
    this.deltas = buffers();
    this.masks = task.dropout ? buffers().slice(1, -1) : [];
  }

  /** Cost of a step on a full batch in floating-point operations, with overhead, for pacing. */
  get operations(): number {
    return 6 * this.parameters.length * this.task.batchSize + OPERATIONS_PER_STEP;
  }

  /**
   * Forward pass, backward pass and update on the samples `batch`.
   * @param optimizer with the learning rate of the epoch
   * @returns the batch's mean squared error before the update
   */
  step(batch: Uint32Array, dropoutBits: Xoshiro | undefined, optimizer: OptimizerOptions): number {
    const rows = batch.length;
    this.load(batch);
    this.forward(rows, dropoutBits);
    const loss = this.lossAndDelta(batch);
    this.backward(rows);
    this.completeGradients();
    optimizerUpdate(this.parameters, this.gradients, this.state, optimizer);
    masked(this.parameters, this.task.mask);
    return loss;
  }

  /** What follows on the backward pass: the weights' penalty, the mask, and the movement. */
  private completeGradients(): void {
    const { penalty, mask } = this.task;
    if (penalty?.kind === 'weights') {
      addWeightPenalty(this.layers, this.gradientLayers, penalty.lambda);
    }
    masked(this.gradients, mask);
    for (let i = 0; i < this.movement.length; i++) {
      this.movement[i] -= fround(this.parameters[i] * this.gradients[i]);
    }
  }

  private load(batch: Uint32Array): void {
    const { inputs, inputDim } = this.task.data;
    batch.forEach((sample, r) => {
      this.values[0].set(inputs.subarray(sample * inputDim, (sample + 1) * inputDim), r * inputDim);
    });
  }

  private forward(rows: number, dropoutBits: Xoshiro | undefined): void {
    const { activations } = this.task.layout;
    this.layers.forEach(({ weights, biases, outputs }, l) => {
      const out = this.values[l + 1];
      affine(this.values[l], weights, biases, out, rows);
      if (l < activations.length && isRelu(activations[l])) relu(out, rows * outputs);
      if (dropoutBits && l < this.masks.length) this.drop(l, rows * outputs, dropoutBits);
    });
  }

  private drop(hidden: number, length: number, bits: Xoshiro): void {
    const probability = this.task.dropout?.probability ?? 0;
    const threshold = probability * 2 ** 32;
    const scale = fround(1 / (1 - probability));
    const mask = this.masks[hidden];
    const values = this.values[hidden + 1];
    bits.align();
    for (let i = 0; i < length; i++) {
      mask[i] = bits.uint32() < threshold ? 0 : scale;
      values[i] = values[i] * mask[i];
    }
  }

  private lossAndDelta(batch: Uint32Array): number {
    const { targets, outputDim } = this.task.data;
    const outputs = this.values[this.layers.length];
    const delta = this.deltas[this.layers.length];
    const count = batch.length * outputDim;
    const factor = fround(2 / count);
    let sum = 0;
    for (let r = 0; r < batch.length; r++) {
      for (let o = 0; o < outputDim; o++) {
        const at = r * outputDim + o;
        const error = fround(outputs[at] - targets[batch[r] * outputDim + o]);
        sum += fround(error * error);
        delta[at] = error * factor;
      }
    }
    return sum / count;
  }

  private backward(rows: number): void {
    const { penalty, dropout } = this.task;
    const { activations } = this.task.layout;
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, weights } = this.layers[l];
      const gradient = this.gradientLayers[l];
      const delta = this.deltas[l + 1];
      multiply(delta, 1, outputs, this.values[l], gradient.weights, outputs, rows, inputs);
      columnSums(delta, gradient.biases, rows);
      if (l === 0) return;
      const below = this.deltas[l];
      multiply(delta, outputs, 1, weights, below, rows, outputs, inputs);
      const length = rows * inputs;
      if (this.masks.length > 0) {
        for (let i = 0; i < length; i++) below[i] *= this.masks[l - 1][i];
      }
      if (penalty?.kind === 'activations') {
        const lambda = penalty.lambda / (1 - (dropout?.probability ?? 0));
        addActivationPenalty(this.values[l], below, length, rows, lambda);
      }
      // A dropped unit also has the value 0, but its gradient is 0 already.
      if (isRelu(activations[l - 1])) {
        for (let i = 0; i < length; i++) if (!(this.values[l][i] > 0)) below[i] = 0;
      }
    }
  }
}
