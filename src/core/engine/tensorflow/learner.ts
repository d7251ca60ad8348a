import type { Tensor1D } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { OptimizerOptions, OptimizerState } from '../../training/optimizer';
import type { TrainingTask } from '../engine';
import { startingState, startOf } from '../task';
import type { Tensorflow } from './perceptron';
import { pack, unpack, type StackLayout } from './stackLayout';
import { optimizerTensors, type LearnedTensors } from './tensorOptimizer';

/** A stack's parameters and all that an update reads and writes. Holds tensors: call `dispose`. */
export class Learner {
  private learned: LearnedTensors;
  private readonly powers: Pick<OptimizerState, 'beta1Power' | 'beta2Power'>;
  /** True for parameters that are trained; undefined if all are. */
  private readonly mask: Tensor1D | undefined;
  private movement: Tensor1D | undefined;

  /** @param tasks a group from `stacksOf` */
  constructor(
    private readonly tf: Tensorflow,
    private readonly layout: StackLayout,
    private readonly tasks: readonly TrainingTask[],
  ) {
    const stacked = (of: (task: TrainingTask) => Float32Array): Float32Array =>
      pack(layout, tasks.map(of));
    const [first] = tasks.map(startingState);
    this.powers = { beta1Power: first.beta1Power, beta2Power: first.beta2Power };
    const parameters = stacked(startOf);
    const mean = stacked((task) => startingState(task).mean);
    const square = stacked((task) => startingState(task).square);
    const isMasked = tasks.some(({ mask }) => mask);
    const mask = stacked(({ mask: own, parameters: { length } }) =>
      own ? Float32Array.from(own) : new Float32Array(length).fill(1),
    );
    this.learned = {
      parameters: tf.tensor1d(parameters),
      mean: tf.tensor1d(mean),
      square: tf.tensor1d(square),
    };
    if (isMasked) this.mask = tf.tensor1d(mask, 'bool');
    if (tasks[0].movement) this.movement = tf.zeros([layout.length]);
  }

  get parameters(): Tensor1D {
    return this.learned.parameters;
  }

  /** A step of the optimiser. @param gradients are disposed of */
  update(gradients: Tensor1D, optimizer: OptimizerOptions): void {
    const { tf, mask, movement, learned: before } = this;
    const { learned, moved } = tf.tidy(() => {
      // A product with 0 would keep what is not finite, such as 0 / 0 where ε is 0.
      const held = (values: Tensor1D): Tensor1D =>
        mask ? tf.where(mask, values, tf.zerosLike(values)) : values;
      const slope = held(gradients);
      const next = optimizerTensors(tf, before, slope, this.powers, optimizer);
      return {
        learned: { ...next, parameters: held(next.parameters) },
        moved: movement && tf.sub<Tensor1D>(movement, tf.mul(before.parameters, slope)),
      };
    });
    const kept: readonly Tensor1D[] = Object.values(learned);
    tf.dispose(Object.values(before).filter((tensor) => !kept.includes(tensor)));
    tf.dispose(movement ? [gradients, movement] : gradients);
    this.learned = learned;
    this.movement = moved;
  }

  /** Per specimen. */
  async read(): Promise<Float32Array[]> {
    return unpack(this.layout, await this.learned.parameters.data<'float32'>());
  }

  /** Per specimen, for tasks that ask for it. */
  async readMovement(): Promise<Float32Array[]> {
    if (!this.movement) throw invalid('the networks of this stack record no movement');
    return unpack(this.layout, await this.movement.data<'float32'>());
  }

  /** Per specimen. */
  async readStates(): Promise<OptimizerState[]> {
    const [mean, square] = await Promise.all(
      [this.learned.mean, this.learned.square].map(async (tensor) =>
        unpack(this.layout, await tensor.data<'float32'>()),
      ),
    );
    return this.tasks.map((_, t) => ({ mean: mean[t], square: square[t], ...this.powers }));
  }

  dispose(): void {
    const { learned, mask, movement } = this;
    this.tf.dispose([
      ...Object.values(learned),
      ...[mask, movement].filter((t) => t !== undefined),
    ]);
  }
}
