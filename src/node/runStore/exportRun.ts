import { flattenRow, type MetricsRow } from '../../core/experiment/metricsRow';
import { writeCsv } from '../../core/formats/csv';
import { safetensorsHeader } from '../../core/formats/safetensors';
import { invalid } from '../../core/errors';
import { copyRange, unlessMissing, writeWhole, type Sink } from './disk';
import { openAttributions, openSpecimens } from './merge';
import { rowsParquet } from './parquetRows';
import type { StoredRun } from './readRun';
import { rowColumns } from './rowTable';
import { withFile } from './tensorFile';

/** File formats for other programs. */
export type ExportFormat = 'csv' | 'json' | 'parquet' | 'safetensors';

type Writer = (run: StoredRun, sink: Sink) => Promise<void>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  csv: async (run, sink) => sink(Buffer.from(rowsCsv(await run.rows()))),
  json: async (run, sink) => sink(Buffer.from(rowsJson(await run.rows()))),
  parquet: async (run, sink) => sink(await rowsParquet(await run.rows())),
  safetensors: writeTensors,
};

/** Every format; tables of rows come first. */
export const EXPORT_FORMATS = Object.keys(WRITERS) as ExportFormat[];
/** Formats that are not text. */
export const BINARY_FORMATS: readonly ExportFormat[] = ['parquet', 'safetensors'];

/**
 * Writes a run's data: every measured row, or all its matrices and weights.
 * @throws LabError when the run keeps no such data, or cannot be read
 */
export function exportRun(run: StoredRun, format: ExportFormat, sink: Sink): Promise<void> {
  return WRITERS[format](run, sink);
}

/** {@link exportRun} into a file, written atomically. */
export function exportRunTo(file: string, run: StoredRun, format: ExportFormat): Promise<void> {
  return writeWhole(file, (sink) => exportRun(run, format, sink));
}

/**
 * All rows as one CSV table for pandas. A list becomes one column per hidden layer, counted from 0:
 * `hidden.0`, `relative.layers.0`. Undefined values are empty cells, which pandas reads as NaN.
 */
export function rowsCsv(rows: readonly MetricsRow[]): string {
  const columns = rowColumns(rows);
  return writeCsv(
    columns.map(({ name }) => name),
    rows.map((_, i) => columns.map(({ values }) => values[i])),
  );
}

/** All rows as a JSON array, one row a line, for `pandas.read_json`. */
export function rowsJson(rows: readonly MetricsRow[]): string {
  return `[\n${rows.map((row) => JSON.stringify(flattenRow(row))).join(',\n')}\n]\n`;
}

/**
 * Writes the attributions and specimens of a run as one safetensors file, with the tensor names of
 * checkpointTensors.ts. The metadata list the checkpoints of either kind as JSON.
 * @throws LabError when the run is not finished, keeps nothing, or cannot be read
 */
async function writeTensors({ folder, state, header }: StoredRun, sink: Sink): Promise<void> {
  if (state !== 'finished') {
    throw invalid('the run is not finished: its tensors are not merged yet', { file: folder });
  }
  const attributions = await unlessMissing(openAttributions(folder));
  const specimens = await unlessMissing(openSpecimens(folder));
  const files = [attributions, specimens].filter((file) => file !== undefined);
  if (files.length === 0) {
    throw invalid(
      'the run keeps neither attributions nor specimens; see "keep" in experiment.json',
      {
        file: folder,
      },
    );
  }
  const entries = files.flatMap(({ tensors }) =>
    [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
  );
  await sink(
    safetensorsHeader(entries, {
      experiment: header.specification.name,
      ...(attributions
        ? {
            attributions: JSON.stringify(attributions.infos),
            features: JSON.stringify(attributions.features),
          }
        : {}),
      ...(specimens ? { specimens: JSON.stringify(specimens.infos) } : {}),
    }),
  );
  for (const { path, tensors } of files) {
    await withFile(path, async (handle) => {
      for (const place of tensors.values()) await copyRange(handle, place, sink);
    });
  }
}
