/**
 * Engines whose results differ in the last bits should not take turns: TensorFlow is chosen only where
 * it is faster by more than measurements of one machine scatter.
 */
const MARGIN = 1.25;

/** Milliseconds that a training step of one specimen was measured to take. */
export interface StepTimes {
  /** One after another, on one core. */
  readonly local: number;
  /** In a stack, its time divided by its specimens; absent where native TensorFlow does not run. */
  readonly tensorflow?: number;
}

/** What is to be trained. */
export interface Crowd {
  /** Specimens that can be trained side by side. */
  readonly specimens: number;
  /** Threads of the local engine. */
  readonly workers: number;
}

/**
 * The faster engine: the local one, its specimens spread over threads, or TensorFlow, which stacks them
 * and spreads its operations itself. What both need besides, measuring each epoch, is left out: the
 * local engine spreads that too.
 */
export function fasterEngine(
  { local, tensorflow }: StepTimes,
  { specimens, workers }: Crowd,
): 'local' | 'tensorflow' {
  if (tensorflow === undefined) return 'local';
  const spread = local / Math.max(1, Math.min(workers, specimens));
  return spread > MARGIN * tensorflow ? 'tensorflow' : 'local';
}

/**
 * The choice in words: `auto: simd, 0.012 ms a step per specimen, 2 threads; tensorflow 0.05 ms
 * (population 24)`. The engine that was chosen comes first.
 */
export function describeChoice(times: Required<StepTimes>, crowd: Crowd): string {
  const { specimens, workers } = crowd;
  const threads = Math.max(1, Math.min(workers, specimens));
  const milliseconds = (time: number): string => `${Number(time.toPrecision(2))} ms`;
  const local = {
    name: 'simd',
    time: milliseconds(times.local),
    where: threads === 1 ? ', 1 thread' : `, ${threads} threads`,
  };
  const tensorflow = { name: 'tensorflow', time: milliseconds(times.tensorflow), where: '' };
  const [chosen, other] =
    fasterEngine(times, crowd) === 'local' ? [local, tensorflow] : [tensorflow, local];
  return `auto: ${chosen.name}, ${chosen.time} a step per specimen${chosen.where}; ${other.name} ${other.time}${other.where} (population ${specimens})`;
}
