import type { Picture } from '../../../src/figures/matrix/compose';
import { Composer } from '../../../src/figures/matrix/composer';
import { MeasuredMatrix } from '../../../src/figures/matrix/measured';
import type { MatrixSeries } from '../../../src/protocol/matrix';
import { reduce } from '../../../src/webviews/matrix/reduce';
import {
  currentStop,
  initialState,
  type MatrixChange,
  type MatrixState,
  type Step,
} from '../../../src/webviews/matrix/state';
import { matrixOf, NEURON_INDEX, seriesOf } from '../../figures/matrix/samples';

export const SERIES = seriesOf();
const FEATURES = 5;

/** A new view of a run, which has read it. */
export function begun(series: MatrixSeries = SERIES, saved?: unknown): MatrixState {
  return reduce(initialState(series, saved), { type: 'run read', series }).state;
}

/** The picture of the current stop: pruned checkpoints have fewer neurons. */
export function pictureOf({ settings, stops, index }: MatrixState): Picture {
  const isPruned = stops[index].ratio !== null;
  const measured = new MeasuredMatrix(
    matrixOf(
      isPruned
        ? [[0, 2], [1]]
        : [
            [0, 1, 2, 3],
            [0, 1, 2],
          ],
      FEATURES,
    ),
    NEURON_INDEX,
  );
  return new Composer(NEURON_INDEX, FEATURES, SERIES).picture(
    measured,
    stops[index],
    measured,
    measured,
    settings,
    stops,
  );
}

/** The change with which the view tells what it draws. */
export function drawing(state: MatrixState): MatrixChange {
  const checkpoint = currentStop(state).checkpoint.name;
  return { type: 'picture drawn', picture: pictureOf(state), checkpoint };
}

/** The steps of changes, one after another. */
export function after(state: MatrixState, ...changes: readonly MatrixChange[]): Step {
  return changes.reduce<Step>((step, change) => reduce(step.state, change), { state, effects: [] });
}

/** A view that has drawn its first picture. */
export function drawn(series?: MatrixSeries, saved?: unknown): MatrixState {
  const state = begun(series, saved);
  return reduce(state, drawing(state)).state;
}
