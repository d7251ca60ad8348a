import fc from 'fast-check';
import assert from 'node:assert/strict';
import { reduce } from '../../../src/webviews/matrix/reduce';
import type { MatrixChange, MatrixState } from '../../../src/webviews/matrix/state';
import { seriesOf } from '../../figures/matrix/samples';
import { begun, drawing, SERIES } from './states';

describe('the state of the matrices', () => {
  it('stays valid and is restored as it was, whatever changes', () => {
    const small = fc.integer({ min: -3, max: 12 });
    const ratio = fc.double({ min: 0.05, max: 20, noNaN: true });
    const chart = fc.constantFrom('heat' as const, 'neurons' as const, 'features' as const);
    const names = [...SERIES.checkpoints.map(({ name }) => name), 'no such'];
    const of = <T extends MatrixChange['type']>(
      type: T,
      rest: {
        [K in keyof Omit<Extract<MatrixChange, { type: T }>, 'type'>]: fc.Arbitrary<
          object | string | number | boolean
        >;
      },
    ): fc.Arbitrary<MatrixChange> =>
      fc.record(rest).map((given) => ({ type, ...given }) as unknown as MatrixChange);
    const pair = fc.record({ x: ratio, y: ratio });
    const change: fc.Arbitrary<MatrixChange | 'draw'> = fc.oneof(
      { arbitrary: fc.constant('draw' as const), weight: 6 },
      of('run read', {
        series: fc.constantFrom(
          SERIES,
          seriesOf({ state: 'running' }),
          seriesOf({ oldNull: true }),
          seriesOf({ checkpoints: SERIES.checkpoints.slice(0, 4), state: 'running' }),
        ),
      }),
      of('part selected', {
        part: fc.record(
          {
            checkpoint: fc.constantFrom(...names),
            layer: small.filter((n) => n >= 0),
            unit: small,
          },
          { requiredKeys: [] },
        ),
      }),
      of('failed', { reason: fc.string(), checkpoint: fc.constantFrom(...names) }),
      of('settings', {
        settings: fc.record(
          {
            detail: fc.constantFrom('ends', 'epochs'),
            rows: fc.constantFrom('pre-activation', 'post-activation'),
            neuronOrder: fc.constantFrom('index', 'measure', 'dominant', 'cluster'),
            pruned: fc.constantFrom('place', 'collapse'),
            hiddenLayers: fc.subarray([0, 1]),
            threshold: fc.constantFrom(0, 0.5, 10),
          },
          { requiredKeys: [] },
        ),
      }),
      of('track', {
        track: fc.record({
          seed: fc.constantFrom(1, 2, 3),
          arm: fc.constantFrom('dense', 'dropout'),
        }),
      }),
      of('go', { index: small }),
      of('step', { by: small }),
      of('viewport', {
        viewport: fc.record({ x: fc.double(), y: ratio, kx: fc.double(), ky: ratio }),
      }),
      of('zoom', { by: pair, about: fc.tuple(ratio, ratio) }),
      of('point', { cursor: fc.record({ chart, row: small, column: small }) }),
      of('move', { chart, down: small, right: small }),
      of('move layer', { chart, by: fc.constantFrom(-1, 1) }),
      of('open profile', { row: small }),
      of('choose layer', { row: small }),
      of('message', { text: fc.string() }),
      ...(['sort by shown', 'toggle play', 'play on', 'close profile'] as const).map((type) =>
        fc.constant<MatrixChange>({ type }),
      ),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        let state = begun();
        for (const one of changes) {
          const given = one === 'draw' ? drawing(state) : one;
          // Whoever changes a state in place throws.
          for (const part of [state, state.settings, state.viewport, state.stops])
            Object.freeze(part);
          const step = reduce(state, given);
          assert.deepEqual(reduce(state, given), step);
          const isSaved = step.effects.some(({ type }) => type === 'save');
          const { settings, viewport } = step.state;
          assert.equal(isSaved, settings !== state.settings || viewport !== state.viewport);
          ({ state } = step);
          requireInvariants(state);
        }
        requireRestored(state);
      }),
    );
  });
});

function requireInvariants(state: MatrixState): void {
  const { settings, stops, index, viewport, cursor, picture, neuronIndex, failure, playing } =
    state;
  assert.equal(settings.checkpoint, stops[index].checkpoint.name);
  const { neuron } = settings;
  assert.ok(neuron === undefined || (neuron >= 0 && neuron < neuronIndex.neurons));
  for (const [at, k] of [
    [viewport.x, viewport.kx],
    [viewport.y, viewport.ky],
  ]) {
    assert.ok(k >= 1 && at >= 0 && at + 1 / k <= 1 + 1e-9, JSON.stringify(viewport));
  }
  assert.ok(!(failure !== undefined && playing && index === stops.length - 1));
  if (!cursor) return;
  assert.ok(picture);
  const { slots, columns } = picture.shown;
  const isIn = (at: number, count: number): boolean =>
    Number.isInteger(at) && at >= 0 && at < count;
  assert.ok(cursor.chart === 'features' ? cursor.row === -1 : isIn(cursor.row, slots.length));
  assert.ok(
    cursor.chart === 'neurons' ? cursor.column === -1 : isIn(cursor.column, columns.length),
  );
}

/** A view that is opened again shows the same. */
function requireRestored({ series, settings, viewport, index }: MatrixState): void {
  const saved: unknown = JSON.parse(JSON.stringify({ ...settings, viewport }));
  const restored = begun(series, saved);
  assert.deepEqual(restored.settings, settings);
  assert.deepEqual(restored.viewport, viewport);
  assert.equal(restored.index, index);
}
