import type { LegEvent } from '../../../core/experiment/legs';
import type { MetricsRow } from '../../../core/experiment/metricsRow';

type EpochMeasured = Extract<LegEvent, { type: 'epoch-measured' }>;

/** An event on its way out of a worker. */
export type PackedEvent =
  Exclude<LegEvent, EpochMeasured> | { readonly type: 'row'; readonly json: string };

/** Cloned as what it is, a row with its hundred small objects takes several times as long as its text. */
export function packEvent(event: LegEvent): PackedEvent {
  return event.type === 'epoch-measured' ? { type: 'row', json: JSON.stringify(event.row) } : event;
}

/** The inverse of {@link packEvent}: numbers come through their text as they were. */
export function unpackEvent(event: PackedEvent): LegEvent {
  return event.type === 'row'
    ? { type: 'epoch-measured', row: JSON.parse(event.json) as MetricsRow }
    : event;
}
