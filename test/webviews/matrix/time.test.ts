import assert from 'node:assert/strict';
import { FIGURE_PALETTES } from '../../../src/figures/colour/palette';
import { WHOLE } from '../../../src/figures/heatMap/viewport';
import { neuronMeasure, type PageMatrix } from '../../../src/figures/matrix/measured';
import { settingsFrom, viewportFrom } from '../../../src/figures/matrix/settings';
import { stopsOf, tracksOf, trainedStop } from '../../../src/figures/matrix/track';
import { MatrixCache } from '../../../src/webviews/matrix/matrixCache';
import { scaleMarks } from '../../../src/webviews/matrix/timeBar';
import { matrixOf, NEURON_INDEX, seriesOf } from '../../figures/matrix/samples';

const SERIES = seriesOf();

describe('the time of a run', () => {
  it('goes through training, then through the ratios', () => {
    const stops = stopsOf(SERIES, { seed: 1, arm: 'dense' }, 'ends');
    assert.deepEqual(
      stops.map(({ label }) => label),
      [
        'initial weights',
        'epoch 1',
        'epoch 2',
        'pruned 25%',
        'pruned 25%, retrained 2 epochs',
        'pruned 50%',
        'pruned 50%, retrained 2 epochs',
      ],
    );
    assert.equal(trainedStop(stops), 2);
    assert.equal(stopsOf(SERIES, { seed: 2, arm: 'dropout' }, 'epochs').length, 9);
    assert.deepEqual(
      tracksOf(SERIES).map(({ seed, arm }) => `${seed} ${arm}`),
      ['1 dense', '1 dropout', '2 dense', '2 dropout'],
    );
  });

  it('has a scale whose labels do not overlap', () => {
    const stops = stopsOf(SERIES, { seed: 1, arm: 'dense' }, 'epochs');
    for (const width of [80, 200, 700]) {
      const texts = scaleMarks(stops, width, FIGURE_PALETTES.light).filter(
        ({ kind }) => kind === 'text',
      );
      assert.ok(texts.length >= 1);
      let free = -Infinity;
      for (const mark of texts) {
        assert.ok(mark.kind === 'text');
        assert.ok(mark.x >= free);
        free = mark.x;
      }
    }
  });
});

describe('the settings of the page', () => {
  it('come back as they were, through JSON', () => {
    const settings = settingsFrom(
      {
        measure: 'gini',
        neuronOrder: 'cluster',
        ramp: 'purple-green',
        hiddenLayers: [1],
      },
      SERIES,
    );
    assert.deepEqual(settingsFrom(JSON.parse(JSON.stringify(settings)), SERIES), settings);
    assert.equal(settings.measure, 'gini');
  });

  it('keep the viewport, as far as it makes sense', () => {
    const viewport = { x: 0.25, y: 0, kx: 2, ky: 1 };
    assert.deepEqual(viewportFrom(JSON.parse(JSON.stringify({ viewport }))), viewport);
    const wrong = [undefined, 7, {}, { viewport: null }, { viewport: { x: 'a' } }];
    for (const state of wrong) assert.deepEqual(viewportFrom(state), WHOLE);
    const outside = { x: 3, y: -1, kx: 0.1, ky: 1 / 0 };
    assert.deepEqual(viewportFrom({ viewport: outside }), WHOLE);
  });

  it('are those of a new page where what was left makes no sense', () => {
    const fresh = settingsFrom(undefined, SERIES);
    const wrong = [
      null,
      7,
      'x',
      [],
      {
        measure: 'coverage',
        ramp: '__proto__',
        threshold: -1,
        hiddenLayers: 'all',
        percentile: 0,
        neuron: NaN,
      },
    ];
    for (const state of wrong) assert.deepEqual(settingsFrom(state, SERIES), fresh);
  });

  it('follow the user’s own defaults', () => {
    const series = { ...SERIES, defaults: { measure: 'hill1', ramp: 'blue-red' } };
    assert.equal(settingsFrom(undefined, series).measure, 'hill1');
    assert.equal(settingsFrom(undefined, series).ramp, 'blue-red');
    assert.equal(settingsFrom({ ramp: 'purple-green' }, series).ramp, 'purple-green');
  });
});

describe('the cache of matrices', () => {
  const measure = neuronMeasure('relative');

  function sourceOf(): { asked: string[]; matrix(name: string): Promise<PageMatrix> } {
    const asked: string[] = [];
    return {
      asked,
      matrix(name) {
        asked.push(name);
        return name === 'bad'
          ? Promise.reject(new Error('lost'))
          : Promise.resolve(matrixOf([[0, 1], [2]], 5));
      },
    };
  }

  function open(source: ReturnType<typeof sourceOf>): MatrixCache {
    const save = (): Promise<undefined> => Promise.resolve(undefined);
    const series = (): Promise<typeof SERIES> => Promise.resolve(SERIES);
    return new MatrixCache(
      { matrix: (name) => source.matrix(name), save, series },
      NEURON_INDEX,
      () => undefined,
    );
  }

  it('asks for each matrix once, and again after a failure', async () => {
    const source = sourceOf();
    const cache = open(source);
    const [a, b] = await Promise.all([
      cache.load('a', 'pre-activation'),
      cache.load('a', 'pre-activation'),
    ]);
    assert.equal(a, b);
    assert.equal(await cache.load('a', 'pre-activation'), a);
    await assert.rejects(cache.load('bad', 'pre-activation'), /lost/);
    await assert.rejects(cache.load('bad', 'pre-activation'), /lost/);
    assert.deepEqual(source.asked, ['a', 'bad', 'bad']);
    await cache.load('a', 'post-activation');
    assert.equal(source.asked.length, 4);
  });

  it('fetches ahead in the order that is wanted', async () => {
    const source = sourceOf();
    const cache = open(source);
    cache.prefetch(['a', 'b', 'c', 'd', 'e'], 'pre-activation');
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(source.asked, ['a', 'b', 'c', 'd', 'e']);
  });

  it('traces neurons by their slots', async () => {
    const cache = open(sourceOf());
    assert.equal(cache.trace('a', 'pre-activation', measure), undefined);
    const entry = await cache.load('a', 'pre-activation');
    const trace = cache.trace('a', 'pre-activation', measure)!;
    const values = entry.measure(measure);
    assert.deepEqual([...trace], [values[0], values[1], NaN, NaN, NaN, NaN, values[2]]);
  });
});
