import assert from 'node:assert/strict';
import { FIGURE_PALETTES } from '../../../src/figures/colour/palette';
import { checkpointName, legOf, type Phase } from '../../../src/core/experiment/plan';
import { specimenOf } from '../../../src/core/network/specimen';
import { layoutOf } from '../../../src/core/network/layout';
import { stopsOf, tracksOf } from '../../../src/figures/matrix/track';
import { weightsOf } from '../../../src/figures/matrix/weights';
import { signedBarMarks } from '../../../src/figures/profile/signedBars';
import type { MatrixSeries, SeriesCheckpoint } from '../../../src/protocol/matrix';
import { scaleMarks } from '../../../src/webviews/matrix/timeBar';
import { currentStop } from '../../../src/webviews/matrix/state';
import { seriesOf } from '../../figures/matrix/samples';
import { after, begun } from './states';

const at = (
  arm: string,
  requested: number | null,
  step: number | undefined,
  epochs: readonly number[],
): SeriesCheckpoint[] =>
  epochs.map((epoch) => {
    const leg = legOf({ seed: 1, arm, requested, step });
    const begins: Phase = requested === null ? 'initial' : 'pruned';
    const phase: Phase = epoch === 0 ? begins : requested === null ? 'training' : 'retraining';
    return {
      name: checkpointName(leg, phase, epoch),
      leg,
      phase,
      epoch,
      attribution: true,
      specimen: true,
    };
  });

const SERIES: MatrixSeries = {
  ...seriesOf(),
  arms: [
    { name: 'control', trainedAs: 'control' },
    { name: 'imp', trainedAs: 'control' },
    { name: 'scratch' },
  ],
  checkpoints: [
    ...at('control', null, undefined, [0, 1, 2]),
    ...at('control', 0, undefined, [0, 2]),
    ...at('scratch', 0.5, undefined, [0, 4]),
    ...at('imp', 0.5, 1, [0, 2]),
    ...at('imp', 0.5, 2, [0, 2]),
  ],
};

describe('the time of named arms', () => {
  const labels = (arm: string): string[] =>
    stopsOf(SERIES, { seed: 1, arm }, 'ends').map(({ label }) => label);

  it('begins with the training that an arm continues, and goes through its steps', () => {
    assert.deepEqual(labels('imp'), [
      'initial weights',
      'epoch 1',
      'epoch 2',
      'pruned 50%, step 1',
      'pruned 50%, step 1, retrained 2 epochs',
      'pruned 50%, step 2',
      'pruned 50%, step 2, retrained 2 epochs',
    ]);
    assert.deepEqual(labels('scratch'), ['pruned 50%', 'pruned 50%, retrained 4 epochs']);
    assert.deepEqual(
      tracksOf(SERIES).map(({ arm }) => arm),
      ['control', 'imp', 'scratch'],
    );
    const texts = scaleMarks(
      stopsOf(SERIES, { seed: 1, arm: 'imp' }, 'ends'),
      700,
      FIGURE_PALETTES.light,
    ).flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
    assert.deepEqual(texts.slice(-2), ['50%·1', '50%·2']);
  });

  it('stays on an arm while its shared training is shown', () => {
    const state = after(
      begun(SERIES),
      { type: 'track', track: { seed: 1, arm: 'imp' } },
      { type: 'go', index: 1 },
    ).state;
    assert.equal(currentStop(state).checkpoint.name, '1-control/training/1');
    assert.equal(state.track.arm, 'imp');
    assert.equal(after(state, { type: 'run read', series: SERIES }).state.track.arm, 'imp');
    const epochs = after(state, { type: 'settings', settings: { detail: 'epochs' } }).state;
    assert.equal(epochs.track.arm, 'imp');
    const scratch = after(state, {
      type: 'part selected',
      part: { checkpoint: '1-scratch-0.5/pruned/0' },
    }).state;
    assert.equal(scratch.track.arm, 'scratch');
  });

  it('goes from the end of another arm to the end of the last step', () => {
    const state = after(
      begun(SERIES),
      { type: 'part selected', part: { checkpoint: '1-scratch-0.5/retraining/4' } },
      { type: 'track', track: { seed: 1, arm: 'imp' } },
    ).state;
    assert.equal(currentStop(state).checkpoint.name, '1-imp-0.5-step2/retraining/2');
    const back = after(
      state,
      { type: 'part selected', part: { checkpoint: '1-imp-0.5-step1/pruned/0' } },
      { type: 'track', track: { seed: 1, arm: 'scratch' } },
    ).state;
    assert.equal(currentStop(back).checkpoint.name, '1-scratch-0.5/pruned/0');
  });
});

describe('masked weights', () => {
  const layout = layoutOf([2, 2, 1], 'relu');
  // Two inputs to two units with biases, then an output.
  const parameters = Float32Array.from([0.5, 0, -2, 1, 0.25, 0, 3, 0, 0]);
  const specimen = specimenOf(layout, parameters);
  const mask = Uint8Array.from([1, 0, 1, 1, 1, 0, 1, 0, 1]);

  it('are not the number 0, and come after all others', () => {
    assert.deepEqual(weightsOf({ ...specimen, mask }, 0, 0), {
      incoming: [
        { name: 'input 0', weight: 0.5 },
        { name: 'input 1', weight: NaN, masked: true },
      ],
      bias: 0.25,
      outgoing: [{ name: 'output 0', weight: 3 }],
    });
    const second = weightsOf({ ...specimen, mask }, 0, 1);
    assert.ok(Number.isNaN(second?.bias));
    assert.equal(second?.outgoing[0].masked, true);
    assert.equal(weightsOf(specimen, 0, 0)?.incoming[1].weight, 0);
  });

  it('are said in place of their numbers', () => {
    const marks = signedBarMarks(
      { labels: ['a', 'b'], values: [1, NaN], texts: [undefined, 'masked'], colour: () => 'red' },
      200,
      FIGURE_PALETTES.light,
    );
    const texts = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
    assert.deepEqual(texts, ['a', '+1', 'b', 'masked']);
  });
});
