import type { AttributionMatrix } from '../core/attribution/matrix';
import type { EngineName } from '../core/engine/engine';
import type { MetricsRow } from '../core/experiment/metricsRow';
import type { Leg, Phase } from '../core/experiment/plan';
import type { RunNull } from '../core/experiment/runNull';
import type { Specification } from '../core/experiment/specification';
import type { Specimen } from '../core/network/specimen';

/** What computes; `auto` is the fastest on this machine. */
export type EngineChoice = EngineName | 'auto';

/** A checkpoint of which something is kept. */
export interface RunCheckpoint {
  /** As `42-dense/training/50`. */
  readonly name: string;
  readonly leg: Leg;
  readonly phase: Phase;
  readonly epoch: number;
  /** Whether its attribution matrix is kept. */
  readonly attribution: boolean;
  /** Whether its weights are kept. */
  readonly specimen: boolean;
}

/** A run and its results, in memory or on disk. */
export interface Run {
  readonly specification: Specification;
  /** What computes it, in words. */
  readonly engine: string;
  readonly state: 'running' | 'finished' | 'unfinished';
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
