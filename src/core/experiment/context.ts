import type { DataSet } from '../data/dataSet';
import type { Network } from '../network/layout';
import type { DataReport } from './events';
import type { RunNull } from './runNull';
import type { Specification } from './specification';

/** The data of an experiment and what is known of where it comes from. */
export interface ExperimentData {
  readonly data: DataSet;
  /** Features → inputs. */
  readonly encoder: Network;
  readonly report: DataReport;
  readonly warnings: readonly string[];
}

/** All that legs share: plain data, so that it can be handed to another thread. */
export interface ExperimentContext {
  readonly specification: Specification;
  readonly data: DataSet;
  readonly encoder: Network;
  /** What every measure is held against. */
  readonly nulls: RunNull;
}
