import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import { legName, planRun } from '../../../src/core/experiment/plan';
import { LabError } from '../../../src/core/errors';
import { MEASURES } from '../../../src/core/measures/table';
import type { Scalars } from '../../../src/node/tensorboard/event';
import { EventFiles } from '../../../src/node/tensorboard/eventFiles';
import { eventsOf, rowsOf, tiny } from '../../core/experiment/tinyExperiment';
import { temporaryFolders } from '../temporaryFolder';
import { readScalars } from './eventReader';

const specification = tiny({ seeds: [1, 2], specimen: { hidden: [8, 6], dropoutTwin: 0.5 } });

describe("TensorBoard's event files", () => {
  const space = temporaryFolders();
  let events: ExperimentEvent[];

  before(async () => {
    events = await eventsOf(specification);
  });

  async function write(some: readonly ExperimentEvent[], clock?: () => number): Promise<void> {
    const files = new EventFiles(space.folder, clock);
    try {
      for (const event of some) await files.record(event);
    } finally {
      await files.close();
    }
  }

  const fileOf = (leg: string): string => {
    const folder = path.join(space.folder, 'tensorboard', leg);
    const names = readdirSync(folder);
    assert.equal(names.length, 1);
    return path.join(folder, names[0]);
  };
  const scalarsOf = (leg: string): Scalars[] => readScalars(readFileSync(fileOf(leg)));

  it('hold a curve for every leg and every number of its rows', async () => {
    await write(events);
    const legs = planRun(specification);
    assert.deepEqual(
      readdirSync(path.join(space.folder, 'tensorboard')).sort(),
      legs.map(legName).sort(),
    );
    for (const leg of legs) {
      const rows = rowsOf(events).filter(
        ({ seed, arm, requested }) =>
          seed === leg.seed && arm === leg.arm && requested === leg.requested,
      );
      const found = scalarsOf(legName(leg));
      assert.equal(found.length, rows.length);
      rows.forEach((row, i) => {
        const numbers: [string, number | null][] = [
          ['loss/train', row.trainLoss],
          ['loss/test', row.testLoss],
          ['r2', row.r2],
          ...MEASURES.map(({ id }): [string, number | null] => [
            `measures/${id}`,
            row.measures[id].mean,
          ]),
        ];
        const expected = numbers.flatMap(([tag, value]): [string, number][] =>
          value === null ? [] : [[tag, Math.fround(value)]],
        );
        assert.deepEqual([...found[i].values], expected);
      });
    }
  });

  it('leave out what is undefined: before the first epoch there is no training loss', async () => {
    await write(events);
    const tags = scalarsOf('1-dense').map(({ values }) => values.has('loss/train'));
    assert.deepEqual(tags, [false, true, true, true]);
  });

  it('count on from training to retraining', async () => {
    await write(events);
    const stepsOf = (leg: string): number[] => scalarsOf(leg).map(({ step }) => step);
    assert.deepEqual(stepsOf('1-dense'), [0, 1, 2, 3]);
    assert.deepEqual(stepsOf('1-dropout-0.25'), [3, 4, 5]);
  });

  it('are named for TensorBoard, and dated by the clock', async () => {
    await write(events, () => 1_790_000_000_500);
    assert.match(path.basename(fileOf('1-dense')), /^events\.out\.tfevents\.1790000000\../);
    const times = scalarsOf('1-dense').map(({ wallTime }) => wallTime);
    assert.deepEqual(times, [1790000000.5, 1790000000.5, 1790000000.5, 1790000000.5]);
  });

  it('can be read while the run goes on, and begin anew with a leg that was stopped', async () => {
    const measured = events.findIndex(
      (event) => event.type === 'epoch-measured' && event.row.epoch === 1,
    );
    const files = new EventFiles(space.folder);
    for (const event of events.slice(0, measured + 1)) await files.record(event);
    assert.equal(scalarsOf('1-dense').length, 2);
    await files.close();
    await write(events);
    assert.equal(scalarsOf('1-dense').length, 4);
  });

  it('fail with the path when they cannot be written', async () => {
    writeFileSync(path.join(space.folder, 'tensorboard'), 'in the way');
    await assert.rejects(write(events), (error) => {
      assert.ok(error instanceof LabError);
      assert.equal(error.kind, 'storage');
      assert.match(error.message, /tensorboard.*: cannot write event files: a part of the path/);
      return true;
    });
  });
});
