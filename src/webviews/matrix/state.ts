import type { Viewport } from '../../figures/heatMap/viewport';
import type { Picture } from '../../figures/matrix/compose';
import { type NeuronIndex, indexNeurons } from '../../figures/matrix/neuronIndex';
import { type Settings, settingsFrom, viewportFrom } from '../../figures/matrix/settings';
import type { NetworkPart } from '../../figures/matrix/shown';
import { type Stop, stopsAround, type Track, trainedStop } from '../../figures/matrix/track';
import { chartInWords } from '../../figures/matrix/words';
import type { MatrixPart, MatrixSeries } from '../../protocol/matrix';

/** One of the charts that share rows or columns. */
export type ChartName = 'heat' | 'neurons' | 'features';

/** A place on one of the charts. */
export interface Cursor {
  readonly chart: ChartName;
  /** −1 on the bars of features. */
  readonly row: number;
  /** −1 on the bars of neurons. */
  readonly column: number;
}

/** All that the view of matrices draws, except the matrices themselves. */
export interface MatrixState {
  readonly series: MatrixSeries;
  readonly neuronIndex: NeuronIndex;
  readonly settings: Settings;
  readonly viewport: Viewport;
  /** The seed and arm through whose time the slider leads. */
  readonly track: Track;
  /** The stops of the time slider. */
  readonly stops: readonly Stop[];
  /** The current one. Its checkpoint is that of the settings. */
  readonly index: number;
  readonly playing: boolean;
  /** Within the picture. */
  readonly cursor?: Cursor;
  /** The line below the charts, in place of one about the cell under the cursor. */
  readonly message?: string;
  /** Why something cannot be shown. */
  readonly failure?: string;
  /** The part that was selected elsewhere, until a picture of its checkpoint is drawn to show it. */
  readonly reveal?: NetworkPart;
  /** The picture that was drawn last. */
  readonly picture?: Picture;
}

/** What changes the state: the user, the host, and matrices that arrive. */
export type MatrixChange =
  | { readonly type: 'run read'; readonly series: MatrixSeries }
  | { readonly type: 'part selected'; readonly part: MatrixPart }
  | { readonly type: 'picture drawn'; readonly picture: Picture; readonly checkpoint: string }
  /** @param checkpoint whose matrix failed to load; others may be shown meanwhile */
  | { readonly type: 'failed'; readonly reason: string; readonly checkpoint?: string }
  | { readonly type: 'settings'; readonly settings: Partial<Settings> }
  | { readonly type: 'track'; readonly track: Track }
  | { readonly type: 'sort by shown' }
  | { readonly type: 'go'; readonly index: number }
  | { readonly type: 'step'; readonly by: number }
  | { readonly type: 'toggle play' }
  /** Playing goes on to the next stop. */
  | { readonly type: 'play on' }
  | { readonly type: 'viewport'; readonly viewport: Viewport }
  | {
      readonly type: 'zoom';
      readonly by: { readonly x: number; readonly y: number };
      readonly about?: readonly [x: number, y: number];
    }
  | { readonly type: 'point'; readonly cursor?: Cursor }
  /** By the keyboard, in cells. */
  | {
      readonly type: 'move';
      readonly chart: ChartName;
      readonly down: number;
      readonly right: number;
    }
  /** By the keyboard, to the first row of a layer. */
  | { readonly type: 'move layer'; readonly chart: ChartName; readonly by: number }
  | { readonly type: 'open profile'; readonly row: number }
  | { readonly type: 'close profile' }
  | { readonly type: 'choose layer'; readonly row: number }
  | { readonly type: 'message'; readonly text: string };

/** What a change asks the view to do besides drawing the new state. */
export type MatrixEffect =
  /** Matrices that were loaded belong to another network, or to another null. */
  | { readonly type: 'forget matrices' }
  /** Loads the matrix of the current stop, and those that are likely to follow. */
  | { readonly type: 'load' }
  /** By a screen reader. */
  | { readonly type: 'announce'; readonly text: string }
  /** Tells the host what the user chose. */
  | { readonly type: 'tell'; readonly part: MatrixPart }
  /** Keeps what a reload restores. */
  | { readonly type: 'save'; readonly saved: SavedView }
  | { readonly type: 'reveal profile' }
  /** Focuses the heat map if the focus was in the profile. */
  | { readonly type: 'leave profile' };

/** A state, and what to do on the way to it. */
export interface Step {
  readonly state: MatrixState;
  readonly effects: readonly MatrixEffect[];
}

/** What a reload restores: plain JSON. */
export type SavedView = Settings & { readonly viewport: Viewport };

/** The state of a new view. @param saved by a view before it */
export function initialState(series: MatrixSeries, saved: unknown): MatrixState {
  const settings = settingsFrom(saved, series);
  return {
    series,
    neuronIndex: indexNeurons(series.hidden),
    settings,
    viewport: viewportFrom(saved),
    ...stopsAround(series, settings.checkpoint, settings.detail),
    playing: false,
  };
}

export function currentStop({ stops, index }: Pick<MatrixState, 'stops' | 'index'>): Stop {
  return stops[index];
}

/** The matrices to have at hand, in the order in which they are wanted. */
export function wantedCheckpoints({ stops, index }: MatrixState): string[] {
  const names = stops.map(({ checkpoint }) => checkpoint.name);
  return [names[trainedStop(stops)], ...names.slice(index), ...names.slice(0, index)];
}

/** The line below the charts. */
export function readoutOf({ message, cursor, picture, neuronIndex }: MatrixState): string {
  if (message !== undefined) return message;
  return cursor && picture ? chartInWords(cursor.chart, picture, neuronIndex, cursor) : '';
}

/** A step without effects, or with these. */
export function step(state: MatrixState, ...effects: readonly MatrixEffect[]): Step {
  return { state, effects };
}

/** One step after another. @param more effects after those of both */
export function andThen(
  { state, effects }: Step,
  next: (state: MatrixState) => Step,
  ...more: readonly MatrixEffect[]
): Step {
  const after = next(state);
  return { state: after.state, effects: [...effects, ...after.effects, ...more] };
}

/** Says a line to everyone: below the charts, and by a screen reader. */
export function say(state: MatrixState, text: string): Step {
  return step({ ...state, message: text }, { type: 'announce', text });
}

/** Shows the matrix of the current stop. */
export function showStop(state: MatrixState): Step {
  const checkpoint = currentStop(state).checkpoint.name;
  const { neuron } = state.settings;
  const isThere = Number.isInteger(neuron) && (neuron as number) < state.neuronIndex.neurons;
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
      ...stopsAround(series, checkpoint.name, settings.detail, state.track),
    });
  }
  return settings.rows === before.rows ? step(next) : showStop(next);
}
