import type { AttributionMatrix } from '../core/attribution/matrix';
import type { EngineName } from '../core/engine/engine';
import type { RunState } from '../core/experiment/events';
import type { MetricsRow } from '../core/experiment/metricsRow';
import type { RunCheckpoint } from '../core/experiment/plan';
import type { RunNull } from '../core/experiment/runNull';
import type { Specification } from '../core/experiment/specification';
import type { Specimen } from '../core/network/specimen';

/** An engine; `auto` is the fastest on this machine. */
export type EngineChoice = EngineName | 'auto';

/** A run and its results, in memory or on disk. */
export interface Run {
  readonly specification: Specification;
  /** Description of the engine. */
  readonly engine: string;
  readonly state: RunState;
  /** Absolute path of its folder; undefined for a run in memory. */
  readonly folder: string | undefined;
  /**
   * The null of each measure, the same for all rows; undefined before it is drawn, and for a run that was
   * measured against the old null.
   */
  readonly nulls: RunNull | undefined;
  /** All measured rows, by leg and epoch. */
  rows(): Promise<MetricsRow[]>;
  /** All kept checkpoints, by leg and epoch. */
  checkpoints(): Promise<RunCheckpoint[]>;
  /** @param name of a checkpoint. @throws LabError when its matrix is not kept */
  attribution(name: string): Promise<AttributionMatrix>;
  /** @param name of a checkpoint. @throws LabError when its weights are not kept */
  specimen(name: string): Promise<Specimen>;
}
