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
import { say, step, type MatrixChange, type MatrixState, type Step } from './state';
import {
  changeSettings,
  goTo,
  playOn,
  readRun,
  selectPart,
  setTrack,
  togglePlay,
} from './timeChanges';

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
