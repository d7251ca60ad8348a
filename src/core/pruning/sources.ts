import type { DataSet } from '../data/dataSet';
import { invalid } from '../errors';
import type { BitSource } from '../random/bitSource';
import type { PruningMethod } from './methods';

/** What scores are computed from besides the network; each score requires at most one of them. */
export interface ScoreSources {
  /** The samples that the network is trained on: `taylor`, `taylor-gate`, `activation`, `apoz`, `snip`. */
  readonly data?: DataSet;
  /** `[parameters]`, −Σ w·∂L/∂w over the steps of training: `movement`. Entries of biases are ignored. */
  readonly movement?: ArrayLike<number>;
  /** Random bits: `random`. */
  readonly random?: BitSource;
}

const SOURCES = {
  data: 'a data set',
  movement: 'the movement of the parameters in training',
  random: 'a source of random bits',
} as const;

/**
 * A source that a method requires.
 * @throws LabError where it is missing
 */
export function requireSource<K extends keyof ScoreSources>(
  sources: ScoreSources,
  name: K,
  method: PruningMethod,
): NonNullable<ScoreSources[K]> {
  const source = sources[name];
  if (source === undefined) throw invalid(`"${method}" needs ${SOURCES[name]}`, { field: name });
  return source;
}
