import type { Rank, Tensor1D, Tensor3D } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import { adamState, type AdamOptions } from '../../training/adam';
import type { OptimizerOptions } from '../../training/optimizer';
import type { Xoshiro } from '../../random/xoshiro';
import type { TrainingTask } from '../engine';
import { dropoutBlocks, gatherBlock, shareBatches, type Block } from './batches';
import { stepOperations } from './grouping';
import { backward, forward, layerTensors, type Tensorflow } from './perceptron';
import { pack, stackLayout, unpack, type StackLayout } from './stackLayout';
import { adamTensors, type AdamTensors } from './tensorAdam';

/** Approximate overhead of calling an operation, 10 µs, in arithmetic operations. */
const OPERATIONS_PER_CALL = 1e4;
const CALLS_PER_LAYER = 14;
const CALLS_PER_STEP = 24;

function adamOf(optimizer: OptimizerOptions): AdamOptions {
  if (optimizer.kind !== 'adam') throw new Error(`unexpected optimizer ${optimizer.kind}`);
  return optimizer;
}

/** Results of one epoch, per specimen. */
export interface StackEpoch {
  /** `[steps]` */
  readonly stepLosses: Float64Array[];
  readonly parameters: Float32Array[];
}

/** Specimens trained together. Holds tensors: call `dispose`. */
export class Stack {
  /** Cost of a step on a full batch, for pacing. */
  readonly operations: number;
  private readonly layout: StackLayout;
  private tensors: AdamTensors;
  private readonly powers = adamState(0);
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
    const parameters = pack(
      this.layout,
      tasks.map((task) => task.parameters),
    );
    this.tensors = {
      parameters: tf.tensor1d(parameters),
      mean: tf.zeros<Rank.R1>([parameters.length]),
      square: tf.zeros<Rank.R1>([parameters.length]),
    };
  }

  /**
   * Starts an epoch.
   * @returns its number of steps
   * @throws LabError when the specimens' orders differ in length
   */
  begin(epoch: number): number {
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

  /** Forward pass, backward pass and Adam on one batch of the current epoch. */
  step(index: number): void {
    const { tf, tasks, layout } = this;
    const [{ batchSize, data, optimizer }] = tasks;
    const batches = this.orders.map((order) =>
      order.subarray(index * batchSize, (index + 1) * batchSize),
    );
    const previous = this.tensors;
    const { loss, ...tensors } = tf.tidy(() => {
      const layers = layerTensors(tf, layout, previous.parameters);
      const masks = this.masks(batches[0].length);
      const inputs = this.batch('inputs', batches);
      const values = forward(tf, layout, layers, inputs, masks);
      const errors: Tensor3D = tf.sub(values[layers.length], this.batch('targets', batches));
      const scale = 2 / (batches[0].length * data.outputDim);
      const gradients = backward(tf, layout, layers, values, masks, tf.mul(errors, scale));
      return {
        loss: tf.sum<Tensor1D>(tf.square(errors), [1, 2]),
        ...adamTensors(tf, previous, gradients, this.powers, adamOf(optimizer)),
      };
    });
    this.losses.push(loss);
    this.tensors = tensors;
    tf.dispose(Object.values(previous));
  }

  /** Reads the results of the current epoch, all steps at once: reading after every step would stall. */
  async read(): Promise<StackEpoch> {
    const [{ batchSize, data }] = this.tasks;
    const [{ length }] = this.orders;
    const sums = await this.readLosses();
    const stepLosses = this.tasks.map((_, t) =>
      Float64Array.from(sums, (step, s) => {
        const rows = Math.min(batchSize, length - s * batchSize);
        return step[t] / (rows * data.outputDim);
      }),
    );
    const parameters = unpack(this.layout, await this.tensors.parameters.data<'float32'>());
    return { stepLosses, parameters };
  }

  dispose(): void {
    this.tf.dispose([...Object.values(this.tensors), ...this.losses]);
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
