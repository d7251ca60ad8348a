import type { Specification } from '../core/experiment/specification';

/** An experiment on disk: a folder with an `experiment.json`. */
export interface Experiment {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Absolute path of its `experiment.json`. */
  readonly file: string;
  readonly specification: Specification;
}
