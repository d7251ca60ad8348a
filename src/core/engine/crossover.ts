import { counted } from '../counted';
/**
 * Results of the engines differ in the last bits, so small differences in measured speed should not decide
 * between them: TensorFlow is chosen only if it is faster by this factor, above the noise of measurements.
 */
const MARGIN = 1.25;

/** Measured milliseconds of a training step per specimen. */
export interface StepTimes {
  /** One specimen after another, on one core. */
  readonly local: number;
  /** In a stack, divided by its number of specimens; undefined where native TensorFlow does not run. */
  readonly tensorflow?: number;
}

/** How many specimens and threads can run concurrently. */
export interface Parallelism {
  /** Specimens that can be trained concurrently. */
  readonly specimens: number;
  /** Threads of the local engine. */
  readonly workers: number;
}

/**
 * The faster engine: the local one, which distributes specimens over threads, or TensorFlow, which stacks
 * them and parallelises its operations itself. Measuring each epoch is not counted, since both need it.
 */
export function fasterEngine(
  { local, tensorflow }: StepTimes,
  { specimens, workers }: Parallelism,
): 'local' | 'tensorflow' {
  if (tensorflow === undefined) return 'local';
  const parallel = local / Math.max(1, Math.min(workers, specimens));
  return parallel > MARGIN * tensorflow ? 'tensorflow' : 'local';
}

/**
 * The choice as text, the chosen engine first: `auto: simd, 0.012 ms a step per specimen, 2 threads;
 * tensorflow 0.05 ms (population 24)`.
 */
export function describeChoice(times: Required<StepTimes>, parallelism: Parallelism): string {
  const { specimens, workers } = parallelism;
  const threads = Math.max(1, Math.min(workers, specimens));
  const milliseconds = (time: number): string => `${Number(time.toPrecision(2))} ms`;
  const local = {
    name: 'simd',
    time: milliseconds(times.local),
    where: `, ${counted(threads, 'thread')}`,
  };
  const tensorflow = { name: 'tensorflow', time: milliseconds(times.tensorflow), where: '' };
  const [chosen, other] =
    fasterEngine(times, parallelism) === 'local' ? [local, tensorflow] : [tensorflow, local];
  return `auto: ${chosen.name}, ${chosen.time} a step per specimen${chosen.where}; ${other.name} ${other.time}${other.where} (population ${specimens})`;
}
