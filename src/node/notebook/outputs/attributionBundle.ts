import {
  type AttributionMatrix,
  type MatrixValues,
  storedMatrix,
} from '../../../core/attribution/matrix';
import type { MaybeNumber, MetricsRow } from '../../../core/experiment/metricsRow';
import { nullSentence } from '../../../figures/text/nullWords';
import { type CheckpointId, checkpointName, legOf } from '../../../core/experiment/plan';
import { nullLevel, type RunNull } from '../../../core/experiment/runNull';
import type { Specification } from '../../../core/experiment/specification';
import { relative } from '../../../core/measures/relative';
import { summaryOf } from '../../../core/measures/summary';
import type { Compatibility } from '../../../core/measures/measure';
import { type MeasureId, MEASURES } from '../../../core/measures/table';
import type { Activation } from '../../../core/network/layout';
import { svgText } from '../../../figures/marks/svgText';
import { measureRows, type PageMatrix } from '../../../figures/matrix/measured';
import { outputMatrices } from '../../../figures/matrix/outputMatrices';
import { settingsFrom } from '../../../figures/matrix/settings';
import { snapshotFigure, initialSnapshot } from '../../../figures/matrix/snapshot';
import type { SeriesArm } from '../../../protocol/matrix';
import type { MimeBundle } from '../../../protocol/mimeBundle';
import { MAX_TITLE_LENGTH, OUTPUT_VERSION } from '../../../protocol/outputs/common';
import {
  ATTRIBUTION_MIME,
  type AttributionOutput,
  type AttributionOutputCheckpoint,
} from '../../../protocol/outputs/attribution';
import { encodeTensor } from '../../../protocol/outputs/tensor';
import { byteSize } from '../../../core/byteSize';
import { counted } from '../../../core/counted';
import { shortNumber } from '../../../figures/text/numbers';

/** Bytes of numbers that an output may embed: about 1.5 million cells. */
export const MAX_EMBEDDED = 6_000_000;
/** The same for a series: a few checkpoints are enough, since the run has all. */
const MAX_SERIES_BYTES = 1_500_000;

/** A matrix of a series. */
export interface MatrixCheckpoint extends CheckpointId {
  readonly attribution: AttributionMatrix<MatrixValues>;
  /** Its measurements, if known. */
  readonly row?: MetricsRow;
}

/** Annotations of a matrix. */
export interface AttributionOptions {
  readonly title?: string;
  /** Scores of random readouts, by measure. */
  readonly nulls?: Readonly<Partial<Record<MeasureId, MaybeNumber>>>;
  /** Folder of the run relative to the notebook, so that a click opens it. */
  readonly run?: string;
  /** How measures are computed; by default as in the run, else `none`. */
  readonly compatibility?: Compatibility;
  /** Of the network; explains why a measure is undefined. */
  readonly activation?: Activation;
}

/** One matrix: interactive, as a picture, and as text. */
export function attributionBundle(
  matrix: AttributionMatrix<MatrixValues>,
  { title = 'Attribution matrix', nulls, run, ...how }: AttributionOptions = {},
): MimeBundle {
  const fits = bytesOf(matrix) <= MAX_EMBEDDED;
  const output: AttributionOutput = {
    version: OUTPUT_VERSION,
    title: title.slice(0, MAX_TITLE_LENGTH),
    ...encoded(matrix, fits),
    features: [...matrix.featureNames],
    rows: matrix.rows,
    ...(nulls && { nulls }),
    ...(run !== undefined && { run }),
    ...how,
  };
  const note = fits ? [] : [`too large to embed (${byteSize(bytesOf(matrix))}): a picture only`];
  return {
    ...(fits && { [ATTRIBUTION_MIME]: output }),
    'image/svg+xml': stillOf(output, new Map([[ALONE, matrix]])).svg,
    'text/plain': [
      ...attributionText(matrix, title, how.compatibility, nulls?.relative),
      ...note,
    ].join('\n'),
  };
}

/** Annotations of a run's matrices. */
export interface SeriesOptions extends Omit<AttributionOptions, 'nulls'> {
  /** The null that the run's rows are compared with, if it has one. */
  readonly runNull?: RunNull;
  /** The arms of the run where they have names, since they share legs of training. */
  readonly arms?: readonly SeriesArm[];
}

/** Matrices with a slider; picture and text show the first view, the trained network. */
export function seriesBundle(
  checkpoints: readonly MatrixCheckpoint[],
  { title = 'Attribution matrices', run, runNull, arms, ...how }: SeriesOptions = {},
): MimeBundle {
  const { kept, note } = fitting(checkpoints, run);
  const { featureNames, rows: kind } = checkpoints[0].attribution;
  const output: AttributionOutput = {
    version: OUTPUT_VERSION,
    title: title.slice(0, MAX_TITLE_LENGTH),
    checkpoints: kept.map((checkpoint) => checkpointOutput(checkpoint)),
    features: [...featureNames],
    rows: kind,
    hidden: widestLayers(checkpoints),
    ...(run !== undefined && { run }),
    ...(runNull && { runNull: { ...runNull, widths: [...runNull.widths] } }),
    ...(arms && { arms: arms.map((arm) => ({ ...arm })) }),
    ...how,
    ...(note !== undefined && { note }),
  };
  // If none fits, the picture shows one.
  const pictured = kept.length > 0 ? kept : checkpoints.slice(-1);
  const matrices = new Map(pictured.map((one) => [nameOf(one), one.attribution]));
  const still = stillOf(
    { ...output, checkpoints: pictured.map((one) => checkpointOutput(one, false)) },
    matrices,
  );
  const rows = checkpoints.flatMap(({ row }) => (row ? [row] : []));
  const level = nullLevel(runNull, rows, 'relative');
  // Rows without a run on disk use today's null.
  const known = level && { ...level, old: level.old && run !== undefined };
  const words = [
    `${title}: ${counted(checkpoints.length, 'checkpoint')}, shown is ${still.checkpoint}`,
    ...attributionText(
      matrices.get(still.checkpoint) ?? pictured[0].attribution,
      still.checkpoint,
      how.compatibility,
    ),
    ...(known ? [nullSentence('null of R', known)] : []),
    ...(note === undefined ? [] : [note]),
  ];
  return {
    ...(kept.length > 0 && { [ATTRIBUTION_MIME]: output }),
    'image/svg+xml': still.svg,
    'text/plain': words.join('\n'),
  };
}

/** The name of a single matrix. */
const ALONE = checkpointName({ seed: 0, arm: 'dense', requested: null }, 'initial', 0);

function nameOf({ leg, phase, epoch }: MatrixCheckpoint): string {
  return checkpointName(leg, phase, epoch);
}

/**
 * The figure of an output: the export of its initial view.
 * @param matrices by checkpoint, which saves decoding them
 */
function stillOf(
  output: AttributionOutput,
  matrices: ReadonlyMap<string, PageMatrix>,
): { readonly svg: string; readonly checkpoint: string } {
  const known = new Map([...matrices].map(([name, matrix]) => [name, storedMatrix(matrix)]));
  const { series, matrix } = outputMatrices({ rows: 'pre-activation', ...output }, known);
  const snapshot = initialSnapshot(series, settingsFrom(undefined, series), matrix);
  return {
    svg: svgText(snapshotFigure(snapshot, 'light')),
    checkpoint: snapshot.origin.checkpoint.name,
  };
}

/** Shape, polysemanticity by layer, dead neurons. */
function attributionText(
  matrix: AttributionMatrix<MatrixValues>,
  title: string,
  compatibility?: Compatibility,
  chance?: MaybeNumber,
): string[] {
  const values = measureRows(matrix, relative, compatibility);
  // As in the thesis, dead neurons have a value.
  const dead = summaryOf(measureRows(matrix, relative)).missing;
  const mean = (start: number, end: number): string => meanText(summaryOf(values, start, end).mean);
  const layers = matrix.layers.map(({ start, end }) => mean(start, end)).join(', ');
  const level = chance === undefined ? '' : `; null ${meanText(chance ?? NaN)}`;
  return [
    `${title}: ${counted(matrix.neurons, 'neuron')} × ${counted(matrix.features, 'feature')}, ${matrix.rows}`,
    `R: mean ${mean(0, matrix.neurons)}; by layer ${layers}${level}`,
    `dead neurons: ${dead} of ${matrix.neurons}`,
  ];
}

function meanText(value: number): string {
  return shortNumber(value, 5);
}

/** How a run measures its matrices. */
export function measuringOf({
  measures,
  specimen,
}: Specification): Pick<AttributionOptions, 'compatibility' | 'activation'> {
  return { compatibility: measures.compatibility, activation: specimen.activation };
}

type Encoded = Pick<AttributionOutput, 'layers' | 'units' | 'completenessError'> &
  Required<Pick<AttributionOutput, 'values'>>;

/** @param whole whether to include the values, or only their shape */
function encoded(matrix: AttributionMatrix<MatrixValues>, whole: boolean): Encoded {
  const { neurons, features, values, layers, units, completenessError } = storedMatrix(matrix);
  const shape = [neurons, features];
  return {
    values: whole ? encodeTensor(values, shape) : { dtype: 'float32', shape, base64: '' },
    layers: layers.map(({ start, end }) => ({ start, end })),
    units: encodeTensor(units, [neurons]),
    ...(Number.isFinite(completenessError) && { completenessError }),
  };
}

function checkpointOutput(
  { leg, phase, epoch, attribution, row }: MatrixCheckpoint,
  whole = true,
): AttributionOutputCheckpoint {
  return {
    ...encoded(attribution, whole),
    ...legOf(leg),
    phase,
    epoch,
    ...(row && {
      neuronRatio: row.neuronRatio,
      parameterRatio: row.parameterRatio,
      ...(row.weightRatio !== undefined && { weightRatio: row.weightRatio }),
      testLoss: row.testLoss,
      r2: row.r2,
      nulls: nullsOf(row),
    }),
  };
}

function nullsOf({ measures }: MetricsRow): Record<string, MaybeNumber> {
  return Object.fromEntries(MEASURES.map(({ id }) => [id, measures[id].null]));
}

/** As many as may be embedded, evenly spaced, including the first and the last. */
function fitting(
  checkpoints: readonly MatrixCheckpoint[],
  run: string | undefined,
): { kept: readonly MatrixCheckpoint[]; note?: string } {
  const total = checkpoints.reduce((sum, { attribution }) => sum + bytesOf(attribution), 0);
  if (total <= MAX_SERIES_BYTES) return { kept: checkpoints };
  const largest = Math.max(...checkpoints.map(({ attribution }) => bytesOf(attribution)));
  const count = largest > MAX_EMBEDDED ? 0 : Math.max(1, Math.floor(MAX_SERIES_BYTES / largest));
  const last = checkpoints.length - 1;
  const places = Array.from({ length: count }, (_, i) =>
    count === 1 ? last : Math.round((i * last) / (count - 1)),
  );
  const rest = run === undefined ? 'the others were left out' : `all are in ${run}`;
  return {
    kept: [...new Set(places)].map((i) => checkpoints[i]),
    note: `${count} of ${counted(checkpoints.length, 'checkpoint')} are embedded (${byteSize(total)} were too much); ${rest}`,
  };
}

/** Before base64. */
function bytesOf({ neurons, features }: Pick<AttributionMatrix, 'neurons' | 'features'>): number {
  return 4 * neurons * (features + 1);
}

/** Widths of the unpruned hidden layers, as far as known. */
function widestLayers(checkpoints: readonly MatrixCheckpoint[]): number[] {
  const widths: number[] = [];
  for (const { attribution } of checkpoints) {
    attribution.layers.forEach(({ start, end }, l) => {
      const units = attribution.units.subarray(start, end);
      const needed = units.reduce((most, unit) => Math.max(most, unit + 1), end - start);
      widths[l] = Math.max(widths[l] ?? 1, needed);
    });
  }
  return widths;
}
