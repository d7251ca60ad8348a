import { indexNeurons, slotOf } from '../../figures/matrix/neuronIndex';
import { stopsAround, type Track, trackThrough, tracksOf } from '../../figures/matrix/track';
import type { MatrixPart, MatrixSeries } from '../../protocol/matrix';
import {
  chooseLayer,
  closeProfile,
  move,
  openProfile,
  point,
  rowsToLayer,
  takePicture,
  view,
  zoom,
} from './pictureChanges';
import {
  andThen,
  changeSettings,
  currentStop,
  type MatrixChange,
  type MatrixState,
  say,
  showStop,
  type Step,
  step,
} from './state';

/** The state after a change, and the effects that the view carries out. A pure function. */
export function reduce(before: MatrixState, change: MatrixChange): Step {
  const { state, effects } = stepOf(before, change);
  const { settings, viewport } = state;
  if (settings === before.settings && viewport === before.viewport) return { state, effects };
  return { state, effects: [...effects, { type: 'save', saved: { ...settings, viewport } }] };
}

function stepOf(state: MatrixState, change: MatrixChange): Step {
  switch (change.type) {
    case 'run read':
      return readRun(state, change.series);
    case 'part selected':
      return selectPart(state, change.part);
    case 'picture drawn':
      return takePicture(state, change.picture, change.checkpoint);
    case 'failed': {
      const { checkpoint = state.settings.checkpoint, reason } = change;
      if (checkpoint !== state.settings.checkpoint) return step(state);
      return step({ ...state, failure: reason, playing: false, reveal: undefined });
    }
    case 'settings':
      return changeSettings(state, change.settings);
    case 'track':
      return setTrack(state, change.track);
    case 'sort by shown':
      return changeSettings(state, { sortedBy: state.settings.checkpoint });
    case 'go':
      return goTo(state, change.index);
    case 'step':
      return goTo(state, state.index + change.by);
    case 'toggle play':
      return togglePlay(state);
    case 'play on':
      return playOn(state);
    case 'viewport':
      return view(state, change.viewport);
    case 'zoom':
      return zoom(state, change);
    case 'point':
      return point(state, change.cursor);
    case 'move':
      return move(state, change.chart, change.down, change.right);
    case 'move layer':
      return move(state, change.chart, rowsToLayer(state, change.by), 0);
    case 'open profile':
      return openProfile(state, change.row);
    case 'close profile':
      return closeProfile(state);
    case 'choose layer':
      return chooseLayer(state, change.row);
    case 'message':
      return say(state, change.text);
  }
}

/** Takes over what a run has now. The stop stays where it is. */
function readRun(state: MatrixState, series: MatrixSeries): Step {
  if (series.checkpoints.length === 0) return step(state);
  const { settings } = state;
  const isOther =
    String(series.hidden) !== String(state.series.hidden) ||
    // The null of a run is not known yet when it begins.
    series.nulls?.version !== state.series.nulls?.version ||
    series.oldNull !== state.series.oldNull;
  const neuronIndex = isOther ? indexNeurons(series.hidden) : state.neuronIndex;
  const track = trackThrough(series, settings.checkpoint, state.track);
  const stops = stopsAround(series, settings.checkpoint, settings.detail, track);
  const isKnown = series.checkpoints.some(({ name }) => name === settings.checkpoint);
  // The newest checkpoint of a run at work gives way to the next one.
  const follows = isKnown && isAtEnd(state) && series.state === 'running';
  const next: MatrixState = {
    ...state,
    series,
    neuronIndex,
    ...stops,
    ...(follows && { index: stops.stops.length - 1 }),
    ...(isOther && { picture: undefined, cursor: undefined }),
  };
  return andThen(step(next, ...(isOther ? [{ type: 'forget matrices' } as const] : [])), showStop);
}

/** Goes to the same moment of another seed or arm, or to the nearest that there is. */
function setTrack(state: MatrixState, { seed, arm }: Track): Step {
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
function goTo(state: MatrixState, wanted: number): Step {
  const index = Math.max(0, Math.min(state.stops.length - 1, Math.round(wanted) || 0));
  if (index === state.index) return step(state);
  const shown = showStop({ ...state, index });
  if (state.playing) return shown;
  return andThen(shown, step, { type: 'announce', text: currentStop(shown.state).label });
}

/** Begins to play, from the first stop if it is at the last, or pauses. */
function togglePlay(state: MatrixState): Step {
  if (state.playing) return step({ ...state, playing: false });
  return andThen(isAtEnd(state) ? goTo(state, 0) : step(state), (at) =>
    step({ ...at, playing: true }),
  );
}

/** Goes to the next stop; the last one ends playing. */
function playOn(state: MatrixState): Step {
  return isAtEnd(state) ? step({ ...state, playing: false }) : goTo(state, state.index + 1);
}

function isAtEnd({ stops, index }: MatrixState): boolean {
  return index >= stops.length - 1;
}

/** Shows a part that was selected elsewhere. */
function selectPart(state: MatrixState, { checkpoint, layer, unit }: MatrixPart): Step {
  const shown = checkpoint === undefined ? step(state) : showCheckpoint(state, checkpoint);
  if (layer === undefined || layer >= state.series.hidden.length) return shown;
  return andThen(shown, (at) => {
    const neuron = unit === undefined ? undefined : slotOf(at.neuronIndex, layer, unit);
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
  const track = trackThrough(series, name, state.track);
  const stops = stopsAround(series, name, settings.detail, track);
  const isStop = currentStop(stops).checkpoint.name === name;
  const detail = isStop ? settings.detail : 'epochs';
  return showStop({
    ...state,
    settings: { ...settings, detail },
    playing: false,
    ...(isStop ? stops : stopsAround(series, name, detail, track)),
  });
}
