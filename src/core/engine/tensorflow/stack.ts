import type { Tensor1D, Tensor3D } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { Xoshiro } from '../../random/xoshiro';
import type { OptimizerOptions } from '../../training/optimizer';
import type { EpochResult, TrainingTask } from '../engine';
import { optimizerIn } from '../task';
import { dropoutBlocks, gatherBlock, shareBatches, type Block } from './batches';
import { stepOperations } from './grouping';
import { Learner } from './learner';
import { backward, forward, layerTensors, type Tensorflow } from './perceptron';
import { stackLayout, type StackLayout } from './stackLayout';

/** Approximate overhead of calling an operation, 10 µs, in arithmetic operations. */
const OPERATIONS_PER_CALL = 1e4;
const CALLS_PER_LAYER = 14;
const CALLS_PER_STEP = 24;

/** Results of one epoch of a specimen. */
export type StackEpoch = Omit<EpochResult, 'task' | 'epoch'>;

/** Specimens trained together. Holds tensors: call `dispose`. */
export class Stack {
  /** Cost of a step on a full batch, for pacing. */
  readonly operations: number;
  private readonly layout: StackLayout;
  private readonly learner: Learner;
  private epoch = 0;
  private optimizer: OptimizerOptions;
  /** Of the current epoch, per step: each specimen's sum of squared errors. */
  private losses: Tensor1D[] = [];
  private orders: readonly Uint32Array[] = [];
  private sources: readonly (Xoshiro | undefined)[] = [];
  private shared = false;

  /** @param tasks a group from `stacksOf` */
  constructor(
    private readonly tf: Tensorflow,
    private readonly tasks: readonly TrainingTask[],
  ) {
    this.layout = stackLayout(tasks.map(({ layout }) => layout));
    const calls = CALLS_PER_STEP + CALLS_PER_LAYER * this.layout.layers.length;
    this.operations = stepOperations(tasks) + OPERATIONS_PER_CALL * calls;
    this.learner = new Learner(tf, this.layout, tasks);
    this.optimizer = tasks[0].optimizer;
  }

  /**
   * Starts an epoch.
   * @returns its number of steps
   * @throws LabError when the specimens' orders differ in length
   */
  begin(epoch: number): number {
    this.epoch = epoch;
    this.optimizer = optimizerIn(this.tasks[0], epoch);
    this.orders = this.tasks.map(({ order }) => order(epoch));
    this.sources = this.tasks.map(({ dropout }) => dropout?.source(epoch));
    const [{ length }] = this.orders;
    const odd = this.orders.find((order) => order.length !== length);
    if (odd) {
      throw invalid(
        `networks that are trained together must visit equally many samples in an epoch, not ${length} and ${odd.length} in epoch ${epoch}`,
      );
    }
    this.shared = shareBatches(this.tasks, this.orders);
    return Math.ceil(length / this.tasks[0].batchSize);
  }

  /** Forward pass, backward pass and update on one batch of the current epoch. */
  step(index: number): void {
    const { tf, tasks, layout } = this;
    const [{ batchSize, data, penalty }] = tasks;
    const batches = this.orders.map((order) =>
      order.subarray(index * batchSize, (index + 1) * batchSize),
    );
    const { loss, gradients } = tf.tidy(() => {
      const layers = layerTensors(tf, layout, this.learner.parameters);
      const masks = this.masks(batches[0].length);
      const inputs = this.batch('inputs', batches);
      const values = forward(tf, layout, layers, inputs, masks);
      const errors: Tensor3D = tf.sub(values[layers.length], this.batch('targets', batches));
      const scale = 2 / (batches[0].length * data.outputDim);
      const slopes = tf.mul<Tensor3D>(errors, scale);
      return {
        loss: tf.sum<Tensor1D>(tf.square(errors), [1, 2]),
        gradients: backward(tf, layout, layers, values, masks, slopes, penalty),
      };
    });
    this.losses.push(loss);
    this.learner.update(gradients, this.optimizer);
  }

  /** Reads the results of the current epoch, per specimen, all steps at once: reading after every step would stall. */
  async read(): Promise<StackEpoch[]> {
    const [{ batchSize, data, movement, keepState, epochs }] = this.tasks;
    const [{ length }] = this.orders;
    const sums = await this.readLosses();
    const parameters = await this.learner.read();
    const movements = movement && (await this.learner.readMovement());
    const states = keepState && this.epoch === epochs && (await this.learner.readStates());
    return this.tasks.map((_, t) => ({
      stepLosses: Float64Array.from(sums, (step, s) => {
        const rows = Math.min(batchSize, length - s * batchSize);
        return step[t] / (rows * data.outputDim);
      }),
      parameters: parameters[t],
      ...(movements ? { movement: movements[t] } : {}),
      ...(states ? { state: states[t] } : {}),
    }));
  }

  dispose(): void {
    this.learner.dispose();
    this.tf.dispose(this.losses);
  }

  /** `[steps][specimens]` */
  private async readLosses(): Promise<Float32Array[]> {
    const { tf, losses } = this;
    if (losses.length === 0) return [];
    const together = tf.concat1d(losses);
    tf.dispose(losses);
    this.losses = [];
    const sums = await together.data<'float32'>();
    together.dispose();
    return losses.map((_, s) => sums.slice(s * this.tasks.length, (s + 1) * this.tasks.length));
  }

  /** The batch's rows of inputs or targets: a single copy where all specimens see the same. */
  private batch(name: 'inputs' | 'targets', batches: readonly Uint32Array[]): Tensor3D {
    const tasks = this.shared ? this.tasks.slice(0, 1) : this.tasks;
    const [{ data }] = tasks;
    const width = name === 'inputs' ? data.inputDim : data.outputDim;
    return this.tensor(
      gatherBlock(
        tasks.map((task) => task.data[name]),
        width,
        batches,
      ),
    );
  }

  private masks(rows: number): Tensor3D[] {
    if (this.sources.every((source) => source === undefined)) return [];
    const widths = this.layout.layers.slice(0, -1).map(({ outputs }) => outputs);
    return dropoutBlocks(this.tasks, this.sources, widths, rows).map((block) => this.tensor(block));
  }

  private tensor({ values, shape }: Block): Tensor3D {
    return this.tf.tensor3d(values, shape);
  }
}
