import type { AttributionMatrix } from '../core/attribution/matrix';
import type { EngineName } from '../core/engine/engine';
import type { RunState } from '../core/experiment/events';
import type { MetricsRow } from '../core/experiment/metricsRow';
import type { RunCheckpoint } from '../core/experiment/plan';
import type { RunNull } from '../core/experiment/runNull';
import type { Specification } from '../core/experiment/specification';
import type { Specimen } from '../core/network/specimen';

/** What computes; `auto` is the fastest on this machine. */
export type EngineChoice = EngineName | 'auto';

/** A run and its results, in memory or on disk. */
export interface Run {
  readonly specification: Specification;
  /** What computes it, in words. */
  readonly engine: string;
  readonly state: RunState;
  /** Absolute path of its folder; undefined where it is in memory only. */
  readonly folder: string | undefined;
  /**
   * The null that all rows are held against, by measure with its own uncertainty; undefined before it is
   * drawn, and of a run that was measured against the old one.
   */
  readonly nulls: RunNull | undefined;
  /** All rows that are measured. */
  rows(): Promise<MetricsRow[]>;
  /** By leg and epoch. */
  checkpoints(): Promise<RunCheckpoint[]>;
  /** @param name of a checkpoint. @throws LabError when its matrix is not kept */
  attribution(name: string): Promise<AttributionMatrix>;
  /** @param name of a checkpoint. @throws LabError when its weights are not kept */
  specimen(name: string): Promise<Specimen>;
}
