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

describe('a job', () => {
  const startJob = (): { job: Job; clock: { now: number } } => {
    const clock = { now: 0 };
    const job = new Job({ experiment: '/small' }, 'Small', () => clock.now);
    job.begin();
    return { job, clock };
  };

  it('is queued, then starting, then running', () => {
    const job = new Job({ experiment: '/small' }, 'Small');
    assert.equal(job.snapshot().state, 'queued');
    job.begin();
    assert.equal(job.snapshot().state, 'starting');
    job.addEvents([{ type: 'stage-started', stage: 'data', seeds: [42] }]);
    assert.equal(job.snapshot().state, 'running');
  });

  it('reports its percentage, time left and current step', () => {
    const { job, clock } = startJob();
    const legs = planRun(specification);
    job.addEvents([
      { type: 'run-started', specification, engine: 'test', legs, epochs: 20, epochsDone: 0 },
      { type: 'stage-started', stage: 'training', seeds: [42] },
    ]);
    for (let epoch = 1; epoch <= 5; epoch++) {
      clock.now = 1000 * epoch;
      job.addEvents([{ type: 'epoch-measured', row: { ...exampleRow({}), seed: 42, epoch } }]);
    }
    const { percent, timeLeft, activity } = job.snapshot();
    assert.equal(percent, 25);
    assert.equal(timeLeft, 15_000);
    assert.match(activity, /^42 dense · 5\/10 · R \d+\.\d\d$/);
  });

  it('ends at once when it is stopped while queued', async () => {
    const job = new Job({ experiment: '/small' }, 'Small');
    job.stop();
    assert.deepEqual(await job.end, { state: 'stopped' });
    assert.equal(job.controller.signal.aborted, true);
  });

  it('is stopping until its run has ended, when it is stopped while active', async () => {
    const { job } = startJob();
    job.stop();
    assert.equal(job.snapshot().state, 'stopping');
    job.finish({ state: 'stopped', folder: '/small/runs/1' });
    assert.deepEqual(await job.end, { state: 'stopped', folder: '/small/runs/1' });
  });
});
