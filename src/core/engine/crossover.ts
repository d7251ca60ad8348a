/**
 * The engines' results differ in the last bits, so the choice must not change from run to run: TensorFlow
 * is chosen only where it is faster by more than measurements on one machine scatter.
 */
const MARGIN = 1.25;

/** Milliseconds that a training step of one specimen was measured to take. */
export interface StepTimes {
  /** One after another, on one core. */
  readonly local: number;
  /** In a stack, its time divided by its specimens; absent where native TensorFlow does not run. */
  readonly tensorflow?: number;
}

/** What can be trained side by side, and on how many threads. */
export interface Parallelism {
  /** Specimens that can be trained side by side. */
  readonly specimens: number;
  /** Threads of the local engine. */
  readonly workers: number;
}

/**
 * Chooses the faster engine: the local one, which spreads specimens over threads, or TensorFlow, which
 * stacks them and spreads its operations itself. The time to measure each epoch is not counted: both need
 * it, and the local engine spreads it too.
 */
export function fasterEngine(
  { local, tensorflow }: StepTimes,
  { specimens, workers }: Parallelism,
): 'local' | 'tensorflow' {
  if (tensorflow === undefined) return 'local';
  const spread = local / Math.max(1, Math.min(workers, specimens));
  return spread > MARGIN * tensorflow ? 'tensorflow' : 'local';
}

/**
 * The choice in words: `auto: simd, 0.012 ms a step per specimen, 2 threads; tensorflow 0.05 ms
 * (population 24)`. The engine that was chosen comes first.
 */
export function describeChoice(times: Required<StepTimes>, parallelism: Parallelism): string {
  const { specimens, workers } = parallelism;
  const threads = Math.max(1, Math.min(workers, specimens));
  const milliseconds = (time: number): string => `${Number(time.toPrecision(2))} ms`;
  const local = {
    name: 'simd',
    time: milliseconds(times.local),
    where: threads === 1 ? ', 1 thread' : `, ${threads} threads`,
  };
  const tensorflow = { name: 'tensorflow', time: milliseconds(times.tensorflow), where: '' };
  const [chosen, other] =
    fasterEngine(times, parallelism) === 'local' ? [local, tensorflow] : [tensorflow, local];
  return `auto: ${chosen.name}, ${chosen.time} a step per specimen${chosen.where}; ${other.name} ${other.time}${other.where} (population ${specimens})`;
}
