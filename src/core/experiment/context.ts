import type { Coefficients } from '../attribution/probe';
import type { DataSet } from '../data/dataSet';
import type { Network } from '../network/layout';
import type { DataReport } from './events';
import type { ProbeData } from './probeData';
import type { RunNull } from './runNull';
import type { Specification } from './specification';

/** The data of an experiment, with a report and warnings about it. */
export interface ExperimentData {
  readonly data: DataSet;
  /** Features → inputs. */
  readonly encoder: Network;
  /** Of the samples, if known: generated data have them. */
  readonly coefficients?: Coefficients;
  readonly report: DataReport;
  readonly warnings: readonly string[];
}

/** Everything that legs share, as plain data that can be sent to another thread. */
export interface ExperimentContext {
  readonly specification: Specification;
  readonly data: DataSet;
  readonly encoder: Network;
  /** The level that each measure is compared with. */
  readonly nulls: RunNull;
  /** If the specification lists probes, and the coefficients of the samples are known. */
  readonly probes?: ProbeData;
}
