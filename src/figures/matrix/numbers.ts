import { OLD_NULL } from '../../core/experiment/runNull';
import type { MatrixSeries, SeriesCheckpoint } from '../../protocol/matrix';
import { shortNumber } from '../text/numbers';
import { type Cell, csvBytes, jsonBytes, type TableModel } from '../text/table';
import type { Picture } from './compose';
import { neuronAt, type NeuronIndex } from './neuronIndex';
import { neuronsShown } from './shown';

/** Run and checkpoint of the numbers. */
export interface Origin {
  readonly series: MatrixSeries;
  readonly checkpoint: SeriesCheckpoint;
  readonly neuronIndex: NeuronIndex;
}

/** The numbers of a picture as CSV, one line per row as sorted and filtered; missing values are empty. */
export function pictureCsv(picture: Picture, { neuronIndex }: Origin): Uint8Array {
  const { shown, measure } = picture;
  const heads = ['layer', 'unit', 'pruned', measure.id, ...namesOf(picture)];
  const width = shown.columns.length;
  const rows = Array.from(shown.slots, (slot, i): Cell[] => {
    const { layer, unit } = neuronAt(neuronIndex, slot);
    const pruned = shown.rows[i] < 0 ? 'true' : 'false';
    const values = shown.values.subarray(i * width, (i + 1) * width);
    return [layer, unit, pruned, shown.measure[i], ...values];
  });
  return csvBytes(heads, rows);
}

/** The numbers of a picture as JSON, with run, checkpoint and measure. */
export function pictureJson(
  picture: Picture,
  { series, checkpoint, neuronIndex }: Origin,
): Uint8Array {
  const { shown, measure, level } = picture;
  const { rows, completenessError } = shown.matrix;
  const width = shown.columns.length;
  const places = Array.from(shown.slots, (slot) => neuronAt(neuronIndex, slot));
  return jsonBytes({
    experiment: series.experiment,
    run: series.run,
    checkpoint: series.alone ? null : checkpoint.name,
    rows,
    completenessError: Number.isNaN(completenessError) ? null : completenessError,
    features: namesOf(picture),
    coverage: shown.coverage,
    measure: { id: measure.id, name: measure.name, formula: measure.formula },
    mean: shown.net.mean,
    neuronsShown: neuronsShown(shown),
    meanOfShown: shown.seen.mean,
    null: level?.mean ?? null,
    nullError: level?.standardError ?? null,
    ...(level?.old && { oldNull: OLD_NULL }),
    layers: shown.bands.map(({ layer, summary }) => ({ layer, ...summary })),
    neurons: places.map(({ layer, unit }, i) => ({
      layer,
      unit,
      pruned: shown.rows[i] < 0,
      [measure.id]: shown.measure[i],
      attributions: shown.values.subarray(i * width, (i + 1) * width),
    })),
  });
}

/** The numbers of a picture as a table to read. */
export function pictureTable(
  picture: Picture,
  { series, checkpoint, neuronIndex }: Origin,
): TableModel {
  const { shown, measure } = picture;
  const width = shown.columns.length;
  const moment = series.alone ? '' : `, ${checkpoint.name}`;
  return {
    caption: `Attributions of ${series.experiment}${moment}: a row for each neuron, a column for each feature`,
    columns: [
      { head: 'layer', width: 56 },
      { head: 'neuron', width: 68 },
      { head: measure.id, wide: 104 },
      ...namesOf(picture).map((head) => ({ head, width: 76 })),
    ],
    rows: shown.slots.length,
    names: 2,
    cell(row, column) {
      const { layer, unit } = neuronAt(neuronIndex, shown.slots[row]);
      if (column === 0) return String(layer);
      if (column === 1) return String(unit);
      if (shown.rows[row] < 0) return column === 2 ? 'pruned' : '';
      if (column === 2) return shortNumber(shown.measure[row]);
      return shortNumber(shown.values[row * width + column - 3]);
    },
  };
}

function namesOf({ shown }: Picture): string[] {
  return Array.from(shown.columns, (feature) => shown.matrix.featureNames[feature]);
}
