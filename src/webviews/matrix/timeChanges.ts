import { rosterOf, slotOf } from '../../figures/matrix/roster';
import type { Settings } from '../../figures/matrix/settings';
import { tracksOf, type Track } from '../../figures/matrix/track';
import type { MatrixPart, MatrixSeries } from '../../protocol/matrix';
import { andThen, currentStop, say, step, stopsAround, type MatrixState, type Step } from './state';

/*
 * Changes that may end at another matrix: of the run, the stop, the seed and arm, the kind of rows.
 */

/** Takes over what a run has now. The stop stays where it is. */
export function readRun(state: MatrixState, series: MatrixSeries): Step {
  if (series.checkpoints.length === 0) return step(state);
  const { settings } = state;
  const isOther =
    String(series.hidden) !== String(state.series.hidden) ||
    // The null of a run is not known yet when it begins.
    series.nulls?.version !== state.series.nulls?.version ||
    series.oldNull !== state.series.oldNull;
  const roster = isOther ? rosterOf(series.hidden) : state.roster;
  const stops = stopsAround(series, settings.checkpoint, settings.detail);
  const isKnown = series.checkpoints.some(({ name }) => name === settings.checkpoint);
  // The newest checkpoint of a run at work gives way to the next one.
  const follows = isKnown && isAtEnd(state) && series.state === 'running';
  const next: MatrixState = {
    ...state,
    series,
    roster,
    ...stops,
    ...(follows && { index: stops.stops.length - 1 }),
    ...(isOther && { picture: undefined, cursor: undefined }),
  };
  return andThen(step(next, ...(isOther ? [{ type: 'forget matrices' } as const] : [])), showStop);
}

/** Shows the matrix of the current stop. */
function showStop(state: MatrixState): Step {
  const checkpoint = currentStop(state).checkpoint.name;
  const { neuron } = state.settings;
  const isThere = Number.isInteger(neuron) && (neuron as number) < state.roster.neurons;
  const settings = { ...state.settings, checkpoint, neuron: isThere ? neuron : undefined };
  return step({ ...state, settings, failure: undefined }, { type: 'load' });
}

/** Changes what the user can set. */
export function changeSettings(state: MatrixState, change: Partial<Settings>): Step {
  const before = state.settings;
  const merged = { ...before, ...change };
  const isSorted =
    merged.neuronOrder === before.neuronOrder && merged.featureOrder === before.featureOrder;
  // Another order is that of the matrix that is shown.
  const settings = isSorted ? merged : { ...merged, sortedBy: merged.checkpoint };
  const next = { ...state, settings };
  if (settings.detail !== before.detail) {
    const { series } = state;
    const { checkpoint } = currentStop(state);
    return showStop({
      ...next,
      ...stopsAround(series, checkpoint.name, settings.detail, checkpoint.leg),
    });
  }
  return settings.rows === before.rows ? step(next) : showStop(next);
}

/** Goes to the same moment of another seed or arm, or to the nearest that there is. */
export function setTrack(state: MatrixState, { seed, arm }: Track): Step {
  const { series, settings } = state;
  const tracks = tracksOf(series);
  const track =
    tracks.find((one) => one.seed === seed && one.arm === arm) ??
    tracks.find((one) => one.seed === seed) ??
    tracks[0];
  const { name } = currentStop(state).checkpoint;
  return showStop({ ...state, ...stopsAround(series, name, settings.detail, track) });
}

/** Goes to a stop, or to the last one on the way to it. */
export function goTo(state: MatrixState, wanted: number): Step {
  const index = Math.max(0, Math.min(state.stops.length - 1, Math.round(wanted) || 0));
  if (index === state.index) return step(state);
  const shown = showStop({ ...state, index });
  if (state.playing) return shown;
  return andThen(shown, step, { type: 'announce', text: currentStop(shown.state).label });
}

/** Begins to play, from the first stop if it is at the last, or pauses. */
export function togglePlay(state: MatrixState): Step {
  if (state.playing) return step({ ...state, playing: false });
  return andThen(isAtEnd(state) ? goTo(state, 0) : step(state), (at) =>
    step({ ...at, playing: true }),
  );
}

/** Goes to the next stop; the last one ends playing. */
export function playOn(state: MatrixState): Step {
  return isAtEnd(state) ? step({ ...state, playing: false }) : goTo(state, state.index + 1);
}

function isAtEnd({ stops, index }: MatrixState): boolean {
  return index >= stops.length - 1;
}

/** Shows a part that was selected elsewhere. */
export function selectPart(state: MatrixState, { checkpoint, layer, unit }: MatrixPart): Step {
  const shown = checkpoint === undefined ? step(state) : showCheckpoint(state, checkpoint);
  if (layer === undefined || layer >= state.series.hidden.length) return shown;
  return andThen(shown, (at) => {
    const neuron = unit === undefined ? undefined : slotOf(at.roster, layer, unit);
    const hiddenLayers = at.settings.hiddenLayers.filter((hidden) => hidden !== layer);
    const settings = { hiddenLayers, ...(neuron !== undefined && { neuron }) };
    return changeSettings({ ...at, reveal: { layer, neuron } }, settings);
  });
}

function showCheckpoint(state: MatrixState, name: string): Step {
  const { series, settings } = state;
  const known = series.checkpoints.some((checkpoint) => checkpoint.name === name);
  if (!known) {
    const { label } = currentStop(state);
    return say(state, `The matrix of ${name} is not kept; this is that of ${label}.`);
  }
  const stops = stopsAround(series, name, settings.detail);
  const isStop = currentStop(stops).checkpoint.name === name;
  const detail = isStop ? settings.detail : 'epochs';
  return showStop({
    ...state,
    settings: { ...settings, detail },
    playing: false,
    ...(isStop ? stops : stopsAround(series, name, detail)),
  });
}
