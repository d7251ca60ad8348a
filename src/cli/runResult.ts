import type { MetricsRow } from '../core/experiment/metricsRow';
import {
  summariseArms,
  summariseRows,
  type ArmsSummary,
  type SeedSummary,
} from '../core/experiment/summary';
import type { StoredRun } from '../node/runStore/readRun';

/** The output of `run --json`; scripts rely on its format. */
export interface RunResult {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Absolute path of the run's folder. */
  readonly run: string;
  /** Description of the engine. */
  readonly engine: string;
  /** By arm where the experiment names its arms. */
  readonly seeds: readonly SeedSummary[] | readonly ArmsSummary[];
}

/** A run's results, for programs. */
export function runResult(
  { folder, header }: Pick<StoredRun, 'folder' | 'header'>,
  rows: readonly MetricsRow[],
): RunResult {
  const { specification } = header;
  return {
    experiment: specification.name,
    run: folder,
    engine: header.engine.description,
    seeds: specification.arms ? summariseArms(rows, specification) : summariseRows(rows),
  };
}
