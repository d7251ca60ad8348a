import { clampViewport, reveal, type Viewport, zoomAbout } from '../../figures/heatMap/viewport';
import type { Picture } from '../../figures/matrix/compose';
import { neuronAt } from '../../figures/matrix/neuronIndex';
import { rowsShowing } from '../../figures/matrix/shown';
import { allMissing } from '../../figures/matrix/words';
import type { MatrixPart } from '../../protocol/matrix';
import {
  andThen,
  changeSettings,
  type Cursor,
  type MatrixChange,
  type MatrixEffect,
  type MatrixState,
  readoutOf,
  type Step,
  step,
} from './state';

/*
 * Changes within a picture: of the viewport, the cursor, and the neuron whose profile is open.
 */

/** Takes over a picture, and moves the viewport to the part that was selected in its matrix. */
export function takePicture(state: MatrixState, picture: Picture, checkpoint: string): Step {
  const { reveal: awaited, settings } = state;
  const isAwaited = awaited !== undefined && checkpoint === settings.checkpoint;
  if (picture === state.picture && !isAwaited) return step(state);
  const { shown, measure, why } = picture;
  // Once for each choice of a measure.
  const isNew = missingMeasure(picture) !== missingMeasure(state.picture);
  const isTold = isNew && missingMeasure(picture) !== undefined;
  const told: MatrixEffect[] = isTold ? [{ type: 'announce', text: allMissing(measure, why) }] : [];
  const drawn = { ...state, picture };
  const next = { ...drawn, cursor: fitted(drawn, state.cursor) };
  if (!isAwaited) return step(next, ...told);
  const rows = rowsShowing(shown, awaited);
  if (!rows) return step({ ...next, reveal: undefined }, ...told);
  const column = next.cursor?.column ?? -1;
  const cursor: Cursor = { chart: column < 0 ? 'neurons' : 'heat', row: rows[0], column };
  const viewport = showing(next, rows);
  return step({ ...next, reveal: undefined, cursor: fitted(next, cursor), viewport }, ...told);
}

/** The measure that no neuron of a picture has. */
function missingMeasure(picture: Picture | undefined): string | undefined {
  return picture?.shown.net.count === 0 ? picture.measure.id : undefined;
}

/** Rows and columns of the picture; of one that is not there yet as many as there may be. */
function sizeOf({ picture }: MatrixState): { readonly columns: number; readonly rows: number } {
  if (!picture) return { columns: Infinity, rows: Infinity };
  const { columns, slots } = picture.shown;
  return { columns: columns.length, rows: slots.length };
}

function within(state: MatrixState, viewport: Viewport): Viewport {
  const { columns, rows } = sizeOf(state);
  return clampViewport(viewport, columns, rows);
}

/** Changes the visible part of the picture. */
export function view(state: MatrixState, viewport: Viewport): Step {
  return step({ ...state, viewport: within(state, viewport) });
}

/** Magnifies about a point, in shares of the viewport. */
export function zoom(
  state: MatrixState,
  { by, about = [0.5, 0.5] }: Extract<MatrixChange, { type: 'zoom' }>,
): Step {
  const { columns, rows } = sizeOf(state);
  return step({ ...state, viewport: zoomAbout(state.viewport, by, about, columns, rows) });
}

/** The viewport moved so that rows and columns are visible. */
function showing(
  state: MatrixState,
  rows: readonly [from: number, to: number] | undefined,
  columns?: readonly [from: number, to: number],
): Viewport {
  const { viewport } = state;
  const size = sizeOf(state);
  const edge = (
    at: number,
    range: readonly [number, number] | undefined,
    count: number,
    k: number,
  ): number => (range ? reveal(at, range[0] / count, range[1] / count, k) : at);
  return within(state, {
    ...viewport,
    x: edge(viewport.x, columns, size.columns, viewport.kx),
    y: edge(viewport.y, rows, size.rows, viewport.ky),
  });
}

/** A cursor on a cell or a bar of the picture; undefined where there is none. */
function fitted(state: MatrixState, cursor: Cursor | undefined): Cursor | undefined {
  if (!cursor || !state.picture) return undefined;
  const { columns, rows } = sizeOf(state);
  const row = cursor.chart === 'features' ? -1 : Math.min(rows - 1, Math.max(0, cursor.row));
  const column =
    cursor.chart === 'neurons' ? -1 : Math.min(columns - 1, Math.max(0, cursor.column));
  if ((cursor.chart !== 'features' && row < 0) || (cursor.chart !== 'neurons' && column < 0)) {
    return undefined;
  }
  return { chart: cursor.chart, row, column };
}

/** The pointer is on a cell or a bar, or on none. */
export function point(state: MatrixState, cursor: Cursor | undefined): Step {
  return step({ ...state, cursor: fitted(state, cursor), message: undefined });
}

/** Moves the cursor by the keyboard, and the viewport with it. */
export function move(
  state: MatrixState,
  chart: Cursor['chart'],
  down: number,
  right: number,
): Step {
  const row = Math.max(0, state.cursor?.row ?? 0) + down;
  const column = Math.max(0, state.cursor?.column ?? 0) + right;
  const cursor = fitted(state, { chart, row, column });
  if (!cursor) return step(state);
  const next = { ...state, cursor, message: undefined };
  const range = (at: number): readonly [number, number] | undefined =>
    at < 0 ? undefined : [at, at + 1];
  const viewport = showing(next, range(cursor.row), range(cursor.column));
  return step({ ...next, viewport }, { type: 'announce', text: readoutOf(next) });
}

/** Rows from the cursor to the first of the layer before or after its own. */
export function rowsToLayer({ cursor, picture }: MatrixState, by: number): number {
  const at = Math.max(0, cursor?.row ?? 0);
  const bands = (picture?.shown.bands ?? []).filter(({ start, end }) => end > start);
  const own = bands.findIndex(({ start, end }) => at >= start && at < end);
  const target = bands[Math.max(0, Math.min(bands.length - 1, own + by))];
  return ((target as typeof target | undefined)?.start ?? at) - at;
}

/** The neuron of a row of the picture. */
function neuronOf({ picture, neuronIndex }: MatrixState, row: number) {
  const slot = picture?.shown.slots[row];
  return slot === undefined ? undefined : { slot, ...neuronAt(neuronIndex, slot) };
}

export function openProfile(state: MatrixState, row: number): Step {
  const neuron = neuronOf(state, row);
  if (!neuron) return step(state);
  const { slot, layer, unit } = neuron;
  const text = `Profile of layer ${layer}, neuron ${unit}`;
  return andThen(
    changeSettings(state, { neuron: slot }),
    step,
    told(state, { layer, unit }),
    { type: 'announce', text },
    { type: 'reveal profile' },
  );
}

export function closeProfile(state: MatrixState): Step {
  if (state.settings.neuron === undefined) return step(state);
  return andThen(changeSettings(state, { neuron: undefined }), step, { type: 'leave profile' });
}

/** Chooses a layer by one of its rows. */
export function chooseLayer(state: MatrixState, row: number): Step {
  const neuron = neuronOf(state, row);
  return neuron ? step(state, told(state, { layer: neuron.layer })) : step(state);
}

/** Tells the host what was chosen. A matrix by itself has no checkpoint that others know. */
function told({ series, settings }: MatrixState, part: MatrixPart): MatrixEffect {
  const { checkpoint } = settings;
  return { type: 'tell', part: { checkpoint: series.alone ? undefined : checkpoint, ...part } };
}
