import assert from 'node:assert/strict';
import fc from 'fast-check';
import { glyphsFor } from '../../src/cli/glyphs';
import {
  advance,
  percentDone,
  startProgress,
  timeLeft,
  type Progress,
} from '../../src/core/experiment/progress';
import { dataReportLines, legLine, progressLine } from '../../src/cli/progressText';
import type { ExperimentEvent } from '../../src/core/experiment/events';
import { parseSpecification } from '../../src/core/experiment/parse';
import { planRun } from '../../src/core/experiment/plan';
import { exampleNull } from '../core/experiment/exampleNull';
import { exampleRow as row } from '../core/experiment/exampleRow';

const SPECIFICATION = parseSpecification(
  JSON.stringify({
    name: 'test',
    features: { count: 4 },
    data: { inputs: 2 },
    specimen: { hidden: [8, 4], dropoutTwin: 0.5 },
    training: { epochs: 10 },
    pruning: { ratios: [0.5], retraining: { epochs: 10 } },
  }),
  'test.json',
);
const STARTED: ExperimentEvent = {
  type: 'run-started',
  specification: SPECIFICATION,
  engine: 'test',
  legs: planRun(SPECIFICATION),
  epochs: 20,
  epochsDone: 0,
};
const TRAINING: ExperimentEvent = { type: 'stage-started', stage: 'training', seeds: [42] };
const epoch = (n: number): ExperimentEvent => ({
  type: 'epoch-measured',
  row: row({ phase: 'training', epoch: n, measures: { relative: { mean: 3.4567 } } }),
});

/** The state of the progress after events at these times. */
const after = (...events: [time: number, event: ExperimentEvent][]): Progress =>
  events.reduce((progress, [time, event]) => advance(progress, event, time), startProgress(0));

describe('progress', () => {
  it('counts epochs, not the measurement before the first epoch of a leg', () => {
    const progress = after([0, STARTED], [0, TRAINING], [1, epoch(0)], [2, epoch(1)]);
    assert.equal(percentDone(progress), 5);
  });

  it('estimates the time left from the observed epochs, without the time for data', () => {
    const data: ExperimentEvent = { type: 'stage-started', stage: 'data', seeds: [42] };
    const progress = after([0, STARTED], [0, data], [60_000, TRAINING], [64_000, epoch(1)]);
    assert.equal(timeLeft(progress, 64_000), 19 * 4000);
  });

  it('does not count epochs of an earlier execution as quick ones', () => {
    const resumed: ExperimentEvent = { ...STARTED, epochsDone: 10 };
    const progress = after([0, resumed], [0, TRAINING], [1000, epoch(1)], [2000, epoch(2)]);
    assert.equal(percentDone(progress), 60);
    assert.equal(timeLeft(progress, 2000), 8 * 1000);
  });

  it('does not estimate the time left before the first epoch', () => {
    assert.equal(timeLeft(after([0, STARTED], [0, TRAINING], [5, epoch(0)]), 9), undefined);
  });

  it('counts the steps if data is generated without a run, and shows no percentage', () => {
    const made: ExperimentEvent = { type: 'data-progress', step: 'inversion', done: 30, of: 120 };
    assert.equal(percentDone(after([0, made])), undefined);
    assert.match(line(after([0, made]), 80), /^data: inversion 30\/120/);
  });

  it('has one percentage for a run: it neither begins at 100 nor falls when a step of the data ends', () => {
    const step = (name: string, done: number): ExperimentEvent => ({
      type: 'data-progress',
      step: name as 'inversion',
      done,
      of: 100,
    });
    const events: ExperimentEvent[] = [
      STARTED,
      { type: 'stage-started', stage: 'data', seeds: [42] },
      ...[1, 83, 100].flatMap((done) => [step('inversion', done)]),
      ...[1, 100].flatMap((done) => [step('autoencoder', done)]),
      TRAINING,
      ...Array.from({ length: 20 }, (_, n) => epoch(n + 1)),
    ];
    let progress = startProgress(0);
    const shown = events.map((event, now) => {
      progress = advance(progress, event, now);
      return percentDone(progress) ?? NaN;
    });
    assert.deepEqual(shown, [
      ...Array<number>(8).fill(0),
      ...Array.from({ length: 20 }, (_, n) => 5 * (n + 1)),
    ]);
  });

  it('rounds down without losing a percent to floating point', () => {
    for (let done = 0; done <= 100; done++) {
      const resumed: ExperimentEvent = { ...STARTED, epochs: 100, epochsDone: done };
      assert.equal(percentDone(after([0, resumed])), done);
    }
  });
});

const line = (progress: Progress, width: number, unicode = true): string =>
  progressLine(progress, 65_000, { width, glyphs: glyphsFor({ unicode }) });

describe('progress line', () => {
  const PROGRESS = after(
    [0, STARTED],
    [0, TRAINING],
    ...[1, 2, 3, 4, 5].map((n): [number, ExperimentEvent] => [n, epoch(n)]),
  );

  it('has bar, percentage, stage, seed, arm, epoch, R, test loss, time taken and left', () => {
    assert.equal(
      line(PROGRESS, 120),
      '█████░░░░░░░░░░░░░░░  25% training seed 42 dense, epoch 5/10 · R 3.457 · test 0.500 · 1 min 5 s, left 3 min',
    );
  });

  it('shows less if the width is small, but nothing different', () => {
    assert.equal(
      line(PROGRESS, 79, false),
      '##.......  25% train seed 42 dense 5/10 R 3.457 test 0.500 1 min 5 s left 3 min',
    );
  });

  it('has the ratio of a pruned specimen', () => {
    const pruned = row({ phase: 'retraining', epoch: 3, requested: 0.05, arm: 'dropout' });
    const progress = after(
      [0, STARTED],
      [0, { ...TRAINING, stage: 'retraining' }],
      [1, { type: 'epoch-measured', row: pruned }],
    );
    assert.match(line(progress, 120), /retraining seed 42 dropout 5%, epoch 3\/10/);
  });

  it('never exceeds its width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (width) => {
        assert.ok(line(PROGRESS, width).length <= width);
      }),
    );
  });
});

describe('lines for logs', () => {
  it('show the result of a finished leg, with the null', () => {
    const progress = after(
      [0, STARTED],
      [0, { type: 'null-drawn', nulls: exampleNull({ relative: 3.8 }) }],
      [0, TRAINING],
      [4000, epoch(10)],
    );
    assert.equal(
      legLine(progress, row({ epoch: 10 }), 5000, glyphsFor({ unicode: false })),
      '  5% seed 42 dense: R 1.000 (null 3.80 +- 0.01), test loss 0.5000, 5 s, left 2 min',
    );
  });

  it('show how much of the data is approximate, if that is possible', () => {
    const sizes = { samples: 100, features: 16, inputs: 5, outputs: 2 };
    assert.deepEqual(dataReportLines(sizes), ['100 samples, 16 features, 5 inputs, 2 outputs']);
    const inverted = { approximateShare: 0.987, meanError: 0.25, maximumError: 1.5 };
    assert.deepEqual(dataReportLines({ ...sizes, ...inverted, autoencoderLoss: 0.03 }).slice(1), [
      'approximate samples: 98.7%; error of the worst feature: mean 0.25, largest 1.5',
      'autoencoder loss: 0.03',
    ]);
  });
});
