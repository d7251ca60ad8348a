import type { MetricsRow } from '../core/experiment/metricsRow';
import { summariseRows, type SeedSummary } from '../core/experiment/summary';
import type { StoredRun } from '../node/runStore/readRun';

/** The output of `run --json`; scripts rely on its format. */
export interface RunResult {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Absolute path of the run's folder. */
  readonly run: string;
  /** Description of the engine. */
  readonly engine: string;
  readonly seeds: readonly SeedSummary[];
}

/** A run's results, for programs. */
export function runResult(
  { folder, header }: Pick<StoredRun, 'folder' | 'header'>,
  rows: readonly MetricsRow[],
): RunResult {
  return {
    experiment: header.specification.name,
    run: folder,
    engine: header.engine.description,
    seeds: summariseRows(rows),
  };
}
