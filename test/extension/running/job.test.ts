import assert from 'node:assert/strict';
import { parseSpecification } from '../../../src/core/experiment/parse';
import { planRun } from '../../../src/core/experiment/plan';
import { Job } from '../../../src/extension/running/job';
import { exampleRow } from '../../core/experiment/exampleRow';

const specification = parseSpecification(
  JSON.stringify({
    name: 'Small',
    features: { count: 4 },
    data: { samples: 100, inputs: 2 },
    specimen: { hidden: [4] },
    training: { epochs: 10 },
    pruning: { ratios: [0.5], retraining: { epochs: 10 } },
  }),
  'experiment.json',
);

describe('a run that is asked for', () => {
  const begun = (): { job: Job; clock: { now: number } } => {
    const clock = { now: 0 };
    const job = new Job({ experiment: '/small' }, 'Small', () => clock.now);
    job.begin();
    return { job, clock };
  };

  it('waits, then starts, then runs', () => {
    const job = new Job({ experiment: '/small' }, 'Small');
    assert.equal(job.snapshot().state, 'queued');
    job.begin();
    assert.equal(job.snapshot().state, 'starting');
    job.take([{ type: 'stage-started', stage: 'data', seeds: [42] }]);
    assert.equal(job.snapshot().state, 'running');
  });

  it('tells its share, its time left and what it does', () => {
    const { job, clock } = begun();
    const legs = planRun(specification);
    job.take([
      { type: 'run-started', specification, engine: 'test', legs, epochs: 20, epochsDone: 0 },
      { type: 'stage-started', stage: 'training', seeds: [42] },
    ]);
    for (let epoch = 1; epoch <= 5; epoch++) {
      clock.now = 1000 * epoch;
      job.take([{ type: 'epoch-measured', row: { ...exampleRow({}), seed: 42, epoch } }]);
    }
    const { percent, timeLeft, activity } = job.snapshot();
    assert.equal(percent, 25);
    assert.equal(timeLeft, 15_000);
    assert.match(activity, /^42 dense · 5\/10 · R \d+\.\d\d$/);
  });

  it('that only waits ends at once when it is stopped', async () => {
    const job = new Job({ experiment: '/small' }, 'Small');
    job.stop();
    assert.deepEqual(await job.end, { state: 'stopped' });
    assert.equal(job.controller.signal.aborted, true);
  });

  it('that is at work is asked to stop, and ends when it has', async () => {
    const { job } = begun();
    job.stop();
    assert.equal(job.snapshot().state, 'stopping');
    job.finish({ state: 'stopped', folder: '/small/runs/1' });
    assert.deepEqual(await job.end, { state: 'stopped', folder: '/small/runs/1' });
  });
});
