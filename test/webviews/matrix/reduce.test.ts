import assert from 'node:assert/strict';
import { WHOLE } from '../../../src/figures/heatMap/viewport';
import type { Picture } from '../../../src/figures/matrix/compose';
import type { MatrixSeries } from '../../../src/protocol/matrix';
import { reduce } from '../../../src/webviews/matrix/reduce';
import {
  currentStop,
  initialState,
  type MatrixChange,
  type MatrixEffect,
  type MatrixState,
  readoutOf,
  type Step,
  wantedCheckpoints,
} from '../../../src/webviews/matrix/state';
import { seriesOf } from '../../figures/matrix/samples';
import { after, begun, drawing, drawn, pictureOf, SERIES } from './states';

const TRAINED = '1-dense/training/2';
const nameOf = (state: MatrixState): string => currentStop(state).checkpoint.name;
const kinds = (effects: readonly MatrixEffect[]): string[] => effects.map(({ type }) => type);
const announced = (effects: readonly MatrixEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'announce' ? [effect.text] : []));

describe('the state of the matrices', () => {
  it('begins with the trained network, and loads its matrix', () => {
    const { state, effects } = reduce(initialState(SERIES, undefined), {
      type: 'run read',
      series: SERIES,
    });
    assert.equal(nameOf(state), TRAINED);
    assert.deepEqual(kinds(effects), ['load', 'save']);
    assert.deepEqual(wantedCheckpoints(state).slice(0, 3), [
      TRAINED,
      TRAINED,
      '1-dense-0.25/pruned/0',
    ]);
  });

  it('takes back a neuron that the network does not have', () => {
    assert.equal(begun(SERIES, { neuron: 6 }).settings.neuron, 6);
    for (const neuron of [7, 1.5])
      assert.equal(begun(SERIES, { neuron }).settings.neuron, undefined);
  });

  describe('when the run is read again', () => {
    const early: MatrixSeries = {
      ...SERIES,
      state: 'running',
      checkpoints: SERIES.checkpoints.slice(0, 3),
    };
    const later: MatrixSeries = { ...SERIES, state: 'running' };

    it('follows a run at work from its newest checkpoint, and from no other', () => {
      const follows = after(begun(early), { type: 'run read', series: later }).state;
      assert.equal(nameOf(follows), '1-dense-0.5/retraining/2');
      const stays = after(
        begun(early),
        { type: 'go', index: 1 },
        { type: 'run read', series: later },
      );
      assert.equal(nameOf(stays.state), '1-dense/training/1');
      const finished = after(begun(early), { type: 'run read', series: SERIES }).state;
      assert.equal(nameOf(finished), TRAINED);
    });

    it('forgets the matrices of another network or null, and its neurons', () => {
      const state = after(drawn(), { type: 'open profile', row: 6 }).state;
      const other = { ...SERIES, hidden: [4, 2] };
      const { state: next, effects } = reduce(state, { type: 'run read', series: other });
      assert.deepEqual(kinds(effects), ['forget matrices', 'load', 'save']);
      assert.equal(next.neuronIndex.neurons, 6);
      assert.equal(next.settings.neuron, undefined);
      assert.equal(next.picture, undefined);
      assert.equal(next.cursor, undefined);
      const old = reduce(state, { type: 'run read', series: { ...SERIES, oldNull: true } });
      assert.ok(kinds(old.effects).includes('forget matrices'));
      const same = reduce(state, { type: 'run read', series: { ...SERIES } });
      assert.deepEqual(kinds(same.effects), ['load', 'save']);
    });

    it('keeps what it shows while the run has nothing', () => {
      const state = begun();
      const { state: next } = reduce(state, {
        type: 'run read',
        series: seriesOf({ checkpoints: [] }),
      });
      assert.equal(next, state);
    });
  });

  describe('when a part is selected elsewhere', () => {
    const select = (part: object, state = drawn()): Step =>
      reduce(state, { type: 'part selected', part });

    it('shows its checkpoint, also one between the ends of retraining', () => {
      const { state, effects } = select({ checkpoint: '2-dropout-0.25/retraining/1' });
      assert.equal(nameOf(state), '2-dropout-0.25/retraining/1');
      assert.equal(state.settings.detail, 'epochs');
      assert.deepEqual(kinds(effects), ['load', 'save']);
      assert.equal(select({ checkpoint: '2-dense/initial/0' }).state.settings.detail, 'ends');
    });

    it('says that a matrix is not kept, and stays', () => {
      const { state, effects } = select({ checkpoint: '1-dense/training/99' });
      const line = 'The matrix of 1-dense/training/99 is not kept; this is that of epoch 2.';
      assert.deepEqual(announced(effects), [line]);
      assert.equal(readoutOf(state), line);
      assert.equal(nameOf(state), TRAINED);
    });

    it('brings a neuron into sight once the picture of its checkpoint is drawn', () => {
      const viewport = { x: 0, y: 0, kx: 1, ky: 2 };
      const from = after(
        drawn(),
        { type: 'settings', settings: { hiddenLayers: [1], pruned: 'place' } },
        { type: 'viewport', viewport },
      ).state;
      const part = { checkpoint: '1-dense-0.25/pruned/0', layer: 1, unit: 2 };
      const { state } = select(part, from);
      assert.deepEqual(state.settings.hiddenLayers, []);
      assert.equal(state.settings.neuron, 6);
      const late = reduce(state, {
        type: 'picture drawn',
        picture: pictureOf(from),
        checkpoint: TRAINED,
      });
      assert.deepEqual(late.state.reveal, { layer: 1, neuron: 6 });
      assert.deepEqual(late.state.viewport, viewport);
      const { state: shown } = reduce(late.state, drawing(late.state));
      assert.equal(shown.reveal, undefined);
      assert.deepEqual(shown.viewport, { x: 0, y: 0.5, kx: 1, ky: 2 });
      assert.deepEqual(shown.cursor, { chart: 'neurons', row: 6, column: -1 });
      assert.equal(readoutOf(shown), 'Layer 1, neuron 2: pruned');
    });

    it('shows a layer by its first row, and ignores one that the network does not have', () => {
      const { state } = select({ layer: 1 });
      assert.equal(reduce(state, drawing(state)).state.cursor?.row, 4);
      assert.equal(select({ layer: 2 }).state.reveal, undefined);
      assert.equal(select({ layer: 1, unit: 9 }).state.settings.neuron, undefined);
    });
  });

  describe('through time', () => {
    it('goes to stops that there are, and announces them', () => {
      const { state, effects } = reduce(begun(), { type: 'go', index: 99 });
      assert.equal(state.index, state.stops.length - 1);
      assert.deepEqual(announced(effects), ['pruned 50%, retrained 2 epochs']);
      const last = reduce(state, { type: 'step', by: 1 });
      assert.equal(last.state, state);
      assert.deepEqual(last.effects, []);
      assert.equal(nameOf(reduce(state, { type: 'step', by: -1 }).state), '1-dense-0.5/pruned/0');
      assert.equal(reduce(state, { type: 'go', index: -7 }).state.index, 0);
    });

    it('stays at the same moment of another seed and arm', () => {
      const track = { seed: 2, arm: 'dropout' as const };
      const { state } = after(begun(), { type: 'go', index: 5 }, { type: 'track', track });
      assert.equal(nameOf(state), '2-dropout-0.5/pruned/0');
      const epochs = reduce(state, { type: 'settings', settings: { detail: 'epochs' } });
      assert.equal(nameOf(epochs.state), '2-dropout-0.5/pruned/0');
      assert.equal(epochs.state.stops.length, 9);
      assert.deepEqual(kinds(epochs.effects), ['load', 'save']);
      const none = reduce(state, { type: 'track', track: { seed: 9, arm: 'dense' } });
      assert.equal(nameOf(none.state), '1-dense-0.5/pruned/0');
    });

    it('plays from the first stop where it is at the last, and pauses there', () => {
      const end = reduce(begun(), { type: 'go', index: 99 }).state;
      let { state } = reduce(end, { type: 'toggle play' });
      assert.deepEqual([state.index, state.playing], [0, true]);
      const next = reduce(state, { type: 'play on' });
      assert.deepEqual([next.state.index, announced(next.effects)], [1, []]);
      for (let i = 0; i < state.stops.length; i++) ({ state } = reduce(state, { type: 'play on' }));
      assert.deepEqual([state.index, state.playing], [state.stops.length - 1, false]);
      const paused = after(begun(), { type: 'toggle play' }, { type: 'toggle play' });
      assert.equal(paused.state.playing, false);
      assert.equal(nameOf(paused.state), TRAINED);
    });

    it('stops playing where a part is selected, and where a matrix cannot be loaded', () => {
      const playing = reduce(begun(), { type: 'toggle play' }).state;
      const part = { checkpoint: '1-dense/initial/0' };
      assert.equal(reduce(playing, { type: 'part selected', part }).state.playing, false);
      const failed = reduce(playing, { type: 'failed', reason: 'damaged' }).state;
      assert.deepEqual([failed.playing, failed.failure], [false, 'damaged']);
      assert.equal(reduce(failed, { type: 'step', by: -1 }).state.failure, undefined);
      const other: MatrixChange = { type: 'failed', reason: 'lost', checkpoint: 'another' };
      assert.equal(reduce(playing, other).state, playing);
      const own: MatrixChange = { type: 'failed', reason: 'lost', checkpoint: TRAINED };
      assert.equal(reduce(playing, own).state.failure, 'lost');
    });
  });

  it('sorts by the matrix that is shown when the order changes, or when it is asked to', () => {
    const sorted = reduce(begun(), {
      type: 'settings',
      settings: { neuronOrder: 'measure' },
    }).state;
    assert.equal(sorted.settings.sortedBy, TRAINED);
    const later = after(
      sorted,
      { type: 'go', index: 0 },
      { type: 'settings', settings: { ramp: 'blue-red' } },
    );
    assert.equal(later.state.settings.sortedBy, TRAINED);
    assert.deepEqual(kinds(later.effects), ['save']);
    const here = reduce(later.state, { type: 'sort by shown' }).state;
    assert.equal(here.settings.sortedBy, '1-dense/initial/0');
  });

  it('loads other rows when they are chosen', () => {
    const settings = { rows: 'post-activation' as const };
    assert.deepEqual(kinds(reduce(begun(), { type: 'settings', settings }).effects), [
      'load',
      'save',
    ]);
  });

  describe('on the charts', () => {
    it('moves the cursor by keys, brings it into sight, and speaks', () => {
      const viewport = { x: 0, y: 0, kx: 1, ky: 2 };
      const near = reduce(drawn(), { type: 'viewport', viewport }).state;
      const { state, effects } = reduce(near, { type: 'move', chart: 'heat', down: 5, right: 2 });
      assert.deepEqual(state.cursor, { chart: 'heat', row: 5, column: 2 });
      assert.ok(state.viewport.y > 0.3 && state.viewport.y < 0.5);
      assert.match(announced(effects)[0], /^Layer 1, neuron 1, f2: /);
      assert.equal(readoutOf(state), announced(effects)[0]);
      const end = reduce(state, { type: 'move', chart: 'heat', down: 99, right: 99 }).state;
      assert.deepEqual(end.cursor, { chart: 'heat', row: 6, column: 4 });
      const bars = reduce(end, { type: 'move', chart: 'features', down: 0, right: -1 });
      assert.deepEqual(bars.state.cursor, { chart: 'features', row: -1, column: 3 });
      assert.match(announced(bars.effects)[0], /^Feature f3: coverage/);
      const first = reduce(begun(), { type: 'move', chart: 'heat', down: 0, right: 0 });
      assert.deepEqual([first.state.cursor, first.effects], [undefined, []]);
    });

    it('moves the cursor from layer to layer', () => {
      const layer = (by: number): MatrixChange => ({ type: 'move layer', chart: 'heat', by });
      const row = (...changes: MatrixChange[]): number | undefined =>
        after(drawn(), ...changes).state.cursor?.row;
      assert.equal(row(layer(1)), 4);
      assert.equal(row(layer(1), layer(1)), 4);
      assert.equal(row(layer(1), layer(-1)), 0);
    });

    it('reads what is pointed at, also when another picture comes', () => {
      const cursor = { chart: 'heat' as const, row: 1, column: 0 };
      const { state, effects } = reduce(drawn(), { type: 'point', cursor });
      assert.deepEqual(effects, []);
      assert.match(readoutOf(state), /^Layer 0, neuron 1, f0: /);
      const message = reduce(state, { type: 'message', text: 'Saved it.' });
      assert.deepEqual(
        [readoutOf(message.state), announced(message.effects)],
        ['Saved it.', ['Saved it.']],
      );
      const pruned = after(state, { type: 'go', index: 3 }).state;
      assert.equal(readoutOf(reduce(pruned, drawing(pruned)).state), 'Layer 0, neuron 1: pruned');
      assert.equal(readoutOf(reduce(message.state, { type: 'point' }).state), '');
    });

    it('keeps the cursor within a picture that becomes smaller', () => {
      const at = after(
        drawn(),
        { type: 'move', chart: 'heat', down: 6, right: 4 },
        { type: 'settings', settings: { hiddenLayers: [1] } },
      ).state;
      assert.deepEqual(reduce(at, drawing(at)).state.cursor, { chart: 'heat', row: 3, column: 4 });
      const none = reduce(at, {
        type: 'settings',
        settings: { threshold: 1e9, pruned: 'collapse' },
      }).state;
      assert.equal(reduce(none, drawing(none)).state.cursor, undefined);
    });

    it('zooms about a point, and no farther than the whole', () => {
      const zoom: MatrixChange = { type: 'zoom', by: { x: 1.5, y: 1 }, about: [1, 0] };
      const { viewport } = reduce(drawn(), zoom).state;
      assert.ok(Math.abs(viewport.x - 1 / 3) < 1e-12 && viewport.kx === 1.5 && viewport.ky === 1);
      const out: MatrixChange = { type: 'zoom', by: { x: 0.1, y: 0.1 } };
      assert.deepEqual(after(drawn(), zoom, out).state.viewport, WHOLE);
    });

    it('opens and closes the profile of a neuron, and tells the host', () => {
      const { state, effects } = reduce(drawn(), { type: 'open profile', row: 5 });
      assert.equal(state.settings.neuron, 5);
      assert.deepEqual(effects.slice(0, 3), [
        { type: 'tell', part: { checkpoint: TRAINED, layer: 1, unit: 1 } },
        { type: 'announce', text: 'Profile of layer 1, neuron 1' },
        { type: 'reveal profile' },
      ]);
      const closed = reduce(state, { type: 'close profile' });
      assert.equal(closed.state.settings.neuron, undefined);
      assert.deepEqual(kinds(closed.effects), ['leave profile', 'save']);
      for (const change of [
        { type: 'close profile' },
        { type: 'open profile', row: -1 },
      ] as const) {
        assert.deepEqual(reduce(closed.state, change).effects, []);
      }
    });

    it('tells the host of a layer, and of no checkpoint of a matrix by itself', () => {
      const part = { checkpoint: TRAINED, layer: 1 };
      const choose: MatrixChange = { type: 'choose layer', row: 4 };
      assert.deepEqual(reduce(drawn(), choose).effects, [{ type: 'tell', part }]);
      const alone = reduce(drawn(seriesOf({ alone: true })), choose).effects;
      assert.deepEqual(alone, [{ type: 'tell', part: { checkpoint: undefined, layer: 1 } }]);
      assert.deepEqual(reduce(begun(), choose).effects, []);
    });

    it('announces once that no neuron has the measure', () => {
      const state = reduce(begun(), {
        type: 'settings',
        settings: { measure: 'firing' as never },
      }).state;
      const picture = pictureOf(state);
      const empty: Picture = {
        ...picture,
        shown: { ...picture.shown, net: { ...picture.shown.net, count: 0 } },
      };
      const draw = (of: Picture): MatrixChange => ({
        type: 'picture drawn',
        picture: of,
        checkpoint: TRAINED,
      });
      const first = reduce(state, draw(empty));
      assert.match(announced(first.effects)[0], /is undefined for every neuron/);
      assert.deepEqual(announced(reduce(first.state, draw({ ...empty })).effects), []);
      const again = after(first.state, draw(picture), draw(empty));
      assert.equal(announced(again.effects).length, 1);
    });
  });
});
