import type { AttributionMatrix } from '../../../core/attribution/matrix';
import type { MetricsRow } from '../../../core/experiment/metricsRow';
import type { Measurements } from '../../../core/measures/measure';
import { MEASURES } from '../../../core/measures/table';
import type { MimeBundle } from '../../../protocol/mimeBundle';
import { tableBundle } from '../kernel/tables';
import { attributionBundle } from './attributionBundle';
import { trajectoryBundle } from './trajectoryBundle';

/*
 * Values of the lab are recognised by their shape, since the API in a notebook has its own copies of classes.
 */

/** Formats values of the lab; undefined for other values. */
export function labValueOutput(value: unknown): MimeBundle | undefined {
  if (isAttributionMatrix(value)) return attributionBundle(value);
  if (isMetricsRows(value)) return trajectoryBundle([{ name: 'Trajectory', rows: value }]);
  if (isMeasurements(value)) return tableBundle(measurementRows(value));
  return undefined;
}

function isAttributionMatrix(value: unknown): value is AttributionMatrix {
  const matrix = value as Partial<AttributionMatrix> | null | undefined;
  return (
    typeof matrix === 'object' &&
    matrix?.values instanceof Float64Array &&
    Array.isArray(matrix.layers) &&
    Array.isArray(matrix.featureNames) &&
    matrix.units instanceof Uint32Array &&
    matrix.values.length === Number(matrix.neurons) * Number(matrix.features)
  );
}

function isMetricsRows(value: unknown): value is MetricsRow[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMetricsRow);
}

function isMetricsRow(value: unknown): boolean {
  const row = value as Partial<MetricsRow> | null | undefined;
  return (
    typeof row === 'object' &&
    typeof row?.epoch === 'number' &&
    typeof row.phase === 'string' &&
    typeof row.measures === 'object' &&
    'relative' in row.measures
  );
}

function isMeasurements(value: unknown): value is Measurements {
  const all = value as Partial<Measurements> | null | undefined;
  return (
    typeof all === 'object' &&
    all !== null &&
    MEASURES.every(({ id }) => typeof all[id]?.net?.mean === 'number')
  );
}

function measurementRows(all: Measurements): Record<string, string | number | null>[] {
  const maybe = (mean: number): number | null => (Number.isNaN(mean) ? null : mean);
  return MEASURES.map(({ id, name }) => {
    const { net, layers } = all[id];
    const byLayer = layers.map(({ mean }, l) => [`layer ${l + 1}`, maybe(mean)]);
    return {
      measure: name,
      mean: maybe(net.mean),
      ...(Object.fromEntries(byLayer) as Record<string, number | null>),
      undefined: net.missing,
    };
  });
}
