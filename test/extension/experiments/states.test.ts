import assert from 'node:assert/strict';
import type { Specification } from '../../../src/core/experiment/specification';
import {
  contextOfExperiment,
  contextOfRun,
  iconOf,
  stateOfExperiment,
  stateOfRun,
  type State,
} from '../../../src/extension/experiments/states';
import type { ActiveRun } from '../../../src/extension/running/runService';
import type { RunSummary } from '../../../src/node/runStore/listRuns';

const run = (state: RunSummary['state'], folder = '/e/runs/1'): RunSummary =>
  ({ folder, id: '1', startedAt: '', state }) as RunSummary;
const active = (state: ActiveRun['state'], folder?: string): ActiveRun => {
  return { experiment: '/e', name: 'e', state, folder, percent: 0, activity: '' };
};
const STATES: readonly State[] = [
  ...(['never', 'invalid', 'failed', 'elsewhere', 'finished', 'unfinished', 'damaged'] as const),
  ...(['queued', 'starting', 'running', 'stopping'] as const),
];

describe('the state of an experiment', () => {
  it('is that of its run in this window, whatever happened before', () => {
    const entry = { problem: 'wrong', runs: [run('damaged')] };
    assert.equal(stateOfExperiment(entry, active('queued'), true), 'queued');
  });

  it('is invalid, else failed, else that of its latest run', () => {
    const runs = [run('unfinished'), run('finished')];
    assert.equal(stateOfExperiment({ problem: 'wrong', runs }, undefined, true), 'invalid');
    assert.equal(stateOfExperiment({ runs }, undefined, true), 'failed');
    assert.equal(stateOfExperiment({ runs }, undefined, false), 'unfinished');
    assert.equal(stateOfExperiment({ runs: [] }, undefined, false), 'never');
  });

  it('is elsewhere while another process writes any of its runs', () => {
    const runs = [run('finished', '/e/runs/2'), run('running', '/e/runs/1')];
    assert.equal(stateOfExperiment({ runs }, undefined, true), 'elsewhere');
    assert.equal(stateOfExperiment({ runs }, active('queued'), false), 'queued');
  });

  it('distinguishes a run of this window from one of another process', () => {
    assert.equal(
      stateOfRun(run('running', '/e/runs/2'), active('running', '/e/runs/2')),
      'running',
    );
    assert.equal(stateOfRun(run('running', '/e/runs/2'), active('queued')), 'elsewhere');
    assert.equal(stateOfRun(run('finished'), active('running', '/e/runs/2')), 'finished');
  });

  it('has an icon whose shape differs from those of other states', () => {
    const groups = new Map<string, State[]>();
    for (const state of STATES) {
      const { id } = iconOf(state);
      groups.set(id, [...(groups.get(id) ?? []), state]);
    }
    const shared = [...groups.values()].filter(({ length }) => length > 1);
    // The active states share a shape, and so do the two kinds of error.
    assert.deepEqual(shared, [
      ['invalid', 'failed'],
      ['starting', 'running', 'stopping'],
    ]);
  });
});

describe('the context value', () => {
  const generated = { data: { source: 'generated' } } as Specification;

  it('of an experiment says whether it can be run and has data', () => {
    const runs = [run('damaged'), run('finished')];
    assert.equal(
      contextOfExperiment({ specification: generated, runs }, 'finished'),
      'experiment idle data generated',
    );
    assert.equal(
      contextOfExperiment({ specification: generated, runs }, 'elsewhere'),
      'experiment elsewhere data generated',
    );
    assert.equal(contextOfExperiment({ runs: [] }, 'invalid'), 'experiment invalid');
    assert.equal(
      contextOfExperiment({ specification: generated, runs: [] }, 'running'),
      'experiment active generated',
    );
  });

  it('of a run says its state and whether it has data', () => {
    assert.equal(contextOfRun(run('unfinished'), 'unfinished'), 'run unfinished data');
    assert.equal(contextOfRun(run('running'), 'stopping'), 'run active data');
    assert.equal(contextOfRun(run('damaged'), 'damaged'), 'run damaged');
  });
});
