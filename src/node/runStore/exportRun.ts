import { rowsCsv, rowsJson } from './exportRows';
import { writeTensors } from './exportTensors';
import { writeWhole, type Sink } from './disk';
import type { StoredRun } from './readRun';

/** What other programs read a run's numbers from. */
export type ExportFormat = 'csv' | 'json' | 'safetensors';

type Writer = (run: StoredRun, sink: Sink) => Promise<void>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  csv: async (run, sink) => sink(Buffer.from(rowsCsv(await run.rows()))),
  json: async (run, sink) => sink(Buffer.from(rowsJson(await run.rows()))),
  safetensors: writeTensors,
};

/** Every format, tables of rows first. */
export const EXPORT_FORMATS = Object.keys(WRITERS) as ExportFormat[];

/**
 * Writes a run's numbers: every measured row, or all its matrices and weights.
 * @throws LabError when the run keeps nothing of the kind, or cannot be read
 */
export function exportRun(run: StoredRun, format: ExportFormat, sink: Sink): Promise<void> {
  return WRITERS[format](run, sink);
}

/** As {@link exportRun} does, into a file that is there as a whole or not at all. */
export function exportRunTo(file: string, run: StoredRun, format: ExportFormat): Promise<void> {
  return writeWhole(file, (sink) => exportRun(run, format, sink));
}
