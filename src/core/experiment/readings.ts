import { ROW_KINDS, type RowKind } from '../attribution/matrix';
import {
  BASELINES,
  PROBES,
  PROBE_SAMPLES,
  type Baseline,
  type ProbeName,
} from '../attribution/probe';
import type { Specification } from './specification';

/** A probe, as a specification lists it. */
export interface ProbeChoice {
  readonly probe: ProbeName;
  readonly baseline: Baseline;
  /** Of `distribution`: number of samples, if there are as many. */
  readonly samples: number;
}

/** One way to read a specimen: a probe, and a kind of rows. */
export interface Reading extends ProbeChoice {
  /**
   * Its name in columns, tensors and nulls: `one-hot`, `scaled-mean`, `distribution.post-activation`. The kind
   * of rows is left out if it is the first one of the specification.
   */
  readonly key: string;
  readonly rows: RowKind;
}

/**
 * The readings of an experiment: each probe with each kind of rows, in the order of the specification. Columns,
 * tensors and nulls of the first have no prefix.
 */
export function readingsOf({
  attribution,
}: Pick<Specification, 'attribution'>): readonly [Reading, ...Reading[]] {
  const kinds = rowKindsOf(attribution);
  const readings = probesOf(attribution).flatMap((choice) =>
    kinds.map((rows): Reading => ({ ...choice, rows, key: readingKey(choice, rows, kinds[0]) })),
  );
  return readings as [Reading, ...Reading[]];
}

/** The kinds of rows, in order. */
function rowKindsOf({ rows }: Pick<Specification['attribution'], 'rows'>): readonly RowKind[] {
  return typeof rows === 'string' ? [rows] : rows;
}

/** The probes with their defaults; one-hot vectors from zero if none are listed. */
export function probesOf({
  probes = ['one-hot'],
}: Pick<Specification['attribution'], 'probes'>): ProbeChoice[] {
  return probes.map((choice) => ({
    baseline: 'zero',
    samples: PROBE_SAMPLES,
    ...(typeof choice === 'string' ? { probe: choice } : choice),
  }));
}

/** Name of a probe: `one-hot`, `one-hot-mean`. */
export function probeKey({ probe, baseline }: Pick<ProbeChoice, 'probe' | 'baseline'>): string {
  return baseline === 'zero' ? probe : `${probe}-${baseline}`;
}

/** @param first the first kind of rows of the specification */
function readingKey(choice: ProbeChoice, rows: RowKind, first: RowKind): string {
  return rows === first ? probeKey(choice) : `${probeKey(choice)}.${rows}`;
}

/** Matches the key of any reading, as the beginning of a column's name. */
export const READING_KEY = new RegExp(
  `^(?:${PROBES.join('|')})(?:-(?:${BASELINES.join('|')}))?(?:\\.(?:${ROW_KINDS.join('|')}))?(?=\\.)`,
);

/** Whether a reading is made after every epoch; the others only of checkpoints that are needed. */
export function isOfEveryEpoch({ probe }: Pick<Reading, 'probe'>): boolean {
  return probe !== 'distribution';
}

/** Whether a specification needs the coefficients of the samples. */
export function needsCoefficients({ attribution }: Pick<Specification, 'attribution'>): boolean {
  return probesOf(attribution).some(
    ({ probe, baseline }) => probe !== 'one-hot' || baseline !== 'zero',
  );
}

/** Whether a run measures how neurons respond to the samples of the data. */
export function measuresActivity({
  attribution,
  arms,
}: Pick<Specification, 'attribution' | 'arms'>): boolean {
  return attribution.probes !== undefined || arms !== undefined;
}

/** Number of matrices of a checkpoint: `distribution` has the signed means besides the magnitudes. */
export function matricesOf(specification: Pick<Specification, 'attribution'>): number {
  return readingsOf(specification).reduce(
    (sum, { probe }) => sum + (probe === 'distribution' ? 2 : 1),
    0,
  );
}

/** Number of samples that a run reads: the most that any of its probes asks for. */
export function probeSamples({ attribution }: Pick<Specification, 'attribution'>): number {
  const chosen = probesOf(attribution).flatMap(({ probe, samples }) =>
    probe === 'distribution' ? [samples] : [],
  );
  return chosen.length > 0 ? Math.max(...chosen) : PROBE_SAMPLES;
}
