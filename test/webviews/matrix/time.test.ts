import assert from 'node:assert/strict';
import { settingsFrom } from '../../../src/figures/matrix/settings';
import { Library } from '../../../src/webviews/matrix/library';
import { neuronMeasure, type PageMatrix } from '../../../src/figures/matrix/measured';
import { stopsOf, tracksOf, trainedStop } from '../../../src/figures/matrix/track';
import { scaleMarks } from '../../../src/webviews/matrix/timeBar';
import { Timeline } from '../../../src/webviews/matrix/timeline';
import { FIGURE_PALETTES } from '../../../src/figures/colour/palette';
import { matrixOf, ROSTER, seriesOf } from '../../figures/matrix/samples';

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
        'pruned 25 %',
        'pruned 25 %, retrained 2 epochs',
        'pruned 50 %',
        'pruned 50 %, retrained 2 epochs',
      ],
    );
    assert.equal(trainedStop(stops), 2);
    assert.equal(stopsOf(SERIES, { seed: 2, arm: 'dropout' }, 'epochs').length, 9);
    assert.deepEqual(
      tracksOf(SERIES).map(({ seed, arm }) => `${seed} ${arm}`),
      ['1 dense', '1 dropout', '2 dense', '2 dropout'],
    );
  });

  it('begins with the trained network, and stays at the same moment of another seed', () => {
    const time = new Timeline(SERIES, 'ends', undefined);
    assert.equal(time.stop.label, 'epoch 2');
    time.go(5);
    time.setTrack({ seed: 2, arm: 'dropout' });
    assert.equal(time.stop.checkpoint.name, '2-dropout-0.5/pruned/0');
    time.setDetail('epochs');
    assert.equal(time.stop.checkpoint.name, '2-dropout-0.5/pruned/0');
    assert.equal(time.go(99), true);
    assert.equal(time.go(100), false);
  });

  it('shows a checkpoint between the ends of retraining', () => {
    const time = new Timeline(SERIES, 'ends', undefined);
    assert.equal(time.show('1-dense-0.25/retraining/1'), 'epochs');
    assert.equal(time.stop.checkpoint.name, '1-dense-0.25/retraining/1');
    assert.equal(time.show('no such'), undefined);
    assert.equal(time.stop.checkpoint.name, '1-dense-0.25/retraining/1');
  });

  it('goes along with a run at work, for whoever looks at its newest checkpoint', () => {
    const early = {
      ...SERIES,
      state: 'running' as const,
      checkpoints: SERIES.checkpoints.slice(0, 3),
    };
    const last = '1-dense/training/2';
    const time = new Timeline(early, 'ends', last);
    time.adopt({ ...SERIES, state: 'running' }, last);
    assert.equal(time.stop.checkpoint.name, '1-dense-0.5/retraining/2');
    const other = new Timeline(early, 'ends', '1-dense/training/1');
    other.adopt({ ...SERIES, state: 'running' }, '1-dense/training/1');
    assert.equal(other.stop.checkpoint.name, '1-dense/training/1');
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
        window: { x: 0.25, y: 0, kx: 2, ky: 1 },
        hiddenLayers: [1],
      },
      SERIES,
    );
    assert.deepEqual(settingsFrom(JSON.parse(JSON.stringify(settings)), SERIES), settings);
    assert.equal(settings.measure, 'gini');
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
        window: { x: 'a' },
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

describe('the library of matrices', () => {
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

  function open(source: ReturnType<typeof sourceOf>): Library {
    const save = (): Promise<undefined> => Promise.resolve(undefined);
    const series = (): Promise<typeof SERIES> => Promise.resolve(SERIES);
    return new Library(
      { matrix: (name) => source.matrix(name), save, series },
      ROSTER,
      () => undefined,
    );
  }

  it('asks for each matrix once, and again after a failure', async () => {
    const source = sourceOf();
    const library = open(source);
    const [a, b] = await Promise.all([
      library.load('a', 'pre-activation'),
      library.load('a', 'pre-activation'),
    ]);
    assert.equal(a, b);
    assert.equal(await library.load('a', 'pre-activation'), a);
    await assert.rejects(library.load('bad', 'pre-activation'), /lost/);
    await assert.rejects(library.load('bad', 'pre-activation'), /lost/);
    assert.deepEqual(source.asked, ['a', 'bad', 'bad']);
    await library.load('a', 'post-activation');
    assert.equal(source.asked.length, 4);
  });

  it('fetches ahead in the order that is wanted', async () => {
    const source = sourceOf();
    const library = open(source);
    library.prefetch(['a', 'b', 'c', 'd', 'e'], 'pre-activation');
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(source.asked, ['a', 'b', 'c', 'd', 'e']);
  });

  it('traces neurons by their slots', async () => {
    const library = open(sourceOf());
    assert.equal(library.trace('a', 'pre-activation', measure), undefined);
    const entry = await library.load('a', 'pre-activation');
    const trace = library.trace('a', 'pre-activation', measure)!;
    const values = entry.measure(measure);
    assert.deepEqual([...trace], [values[0], values[1], NaN, NaN, NaN, NaN, values[2]]);
  });
});
