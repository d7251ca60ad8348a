import assert from 'node:assert/strict';
import { parseSpecification } from '../../../src/core/experiment/parse';
import {
  checkpointName,
  legEpochs,
  planRun,
  type Leg,
  type Phase,
  type RunCheckpoint,
} from '../../../src/core/experiment/plan';
import type { Specification } from '../../../src/core/experiment/specification';
import { armNodes, type TreeNode } from '../../../src/extension/experiments/nodes';
import { armsSpecification } from '../../core/experiment/armsRun';
import { architectureInWords } from '../../../src/extension/experiments/architecture';

const SPECIFICATION = parseSpecification(
  JSON.stringify({
    name: 'tree',
    seeds: [1, 2],
    features: { count: 4 },
    data: { inputs: 3 },
    specimen: { hidden: [8, 4], dropoutTwin: 0.5 },
    training: { epochs: 3 },
    pruning: { ratios: [0.25, 0.125], retraining: { epochs: 2 } },
  }),
  'experiment.json',
);
const RUN = { experiment: '/e', run: '/e/runs/1' };

/** The checkpoints of a finished run. @param kept selects the epochs of a leg */
function checkpointsOf(
  specification: Specification,
  kept: (epoch: number, last: number) => boolean,
): RunCheckpoint[] {
  return planRun(specification).flatMap((leg) => {
    const last = legEpochs(specification, leg);
    return Array.from({ length: last + 1 }, (_, epoch) => epoch)
      .filter((epoch) => kept(epoch, last))
      .map((epoch) => {
        const phase = phaseOf(leg, epoch);
        const name = checkpointName(leg, phase, epoch);
        return { name, leg, phase, epoch, attribution: true, specimen: true };
      });
  });
}

function phaseOf({ requested }: Leg, epoch: number): Phase {
  if (requested === null) return epoch === 0 ? 'initial' : 'training';
  return epoch === 0 ? 'pruned' : 'retraining';
}

const childrenOf = (node: TreeNode): readonly TreeNode[] =>
  'children' in node ? node.children : [];
const allBelow = (nodes: readonly TreeNode[]): TreeNode[] =>
  nodes.flatMap((node) => [node, ...allBelow(childrenOf(node))]);
const namesOf = (nodes: readonly TreeNode[]): string[] =>
  nodes.map((node) => ('stage' in node ? node.stage : node.kind));

describe('the nodes below a run', () => {
  const stages = armNodes(
    RUN,
    checkpointsOf(SPECIFICATION, (e, last) => e === 0 || e === last),
    SPECIFICATION,
  );
  const epochs = armNodes(
    RUN,
    checkpointsOf(SPECIFICATION, () => true),
    SPECIFICATION,
  );

  it('include an arm for each seed and treatment, in the order of the run', () => {
    assert.deepEqual(
      stages.map(({ seed, arm }) => [seed, arm]),
      [
        [1, 'dense'],
        [1, 'dropout'],
        [2, 'dense'],
        [2, 'dropout'],
      ],
    );
  });

  it('include the first and last checkpoints of training, then each ratio in the order of pruning', () => {
    const [dense] = stages;
    assert.deepEqual(namesOf(dense.children), ['initial', 'trained', 'ratio', 'ratio']);
    const ratios = dense.children.filter((node) => node.kind === 'ratio');
    assert.deepEqual(
      ratios.map(({ requested }) => requested),
      [0.25, 0.125],
    );
    assert.deepEqual(namesOf(ratios[0].children), ['pruned', 'retrained']);
  });

  it('open the trained specimen of an arm, and the retrained one of a ratio', () => {
    const [dense] = stages;
    assert.equal(dense.checkpoint, '1-dense/training/3');
    const ratio = dense.children.find((node) => node.kind === 'ratio');
    assert.equal(ratio?.checkpoint, '1-dense-0.25/retraining/2');
  });

  it('group the epochs between the first and last checkpoint', () => {
    const [dense] = epochs;
    assert.deepEqual(namesOf(dense.children), ['initial', 'epochs', 'trained', 'ratio', 'ratio']);
    const group = dense.children[1];
    assert.ok(group.kind === 'epochs');
    assert.deepEqual([group.first, group.last], [1, 2]);
    assert.deepEqual(namesOf(group.children), ['epoch', 'epoch']);
  });

  it('include every checkpoint once and have unique ids', () => {
    const checkpoints = checkpointsOf(SPECIFICATION, () => true);
    const nodes = allBelow(epochs);
    const leaves = nodes.flatMap((node) => (node.kind === 'checkpoint' ? node.checkpoint : []));
    assert.deepEqual([...leaves].sort(), checkpoints.map(({ name }) => name).sort());
    assert.equal(new Set(nodes.map(({ id }) => id)).size, nodes.length);
  });

  it('show an untrained network as initial, and mark a checkpoint without a matrix', () => {
    const untrained = { ...SPECIFICATION, training: { ...SPECIFICATION.training, epochs: 0 } };
    const [initial] = checkpointsOf(untrained, () => true);
    const [arm] = armNodes(RUN, [{ ...initial, attribution: false }], untrained);
    assert.deepEqual(namesOf(arm.children), ['initial']);
    const [child] = arm.children;
    assert.ok(child.kind === 'checkpoint' && !child.attribution);
  });

  it('are empty if nothing is kept', () => {
    assert.deepEqual(armNodes(RUN, [], SPECIFICATION), []);
  });
});

describe('architectureInWords', () => {
  it('lists the widths from inputs to outputs', () => {
    assert.equal(architectureInWords(SPECIFICATION), '3-8-4-2 ReLU');
  });

  it('leaves out the input and output widths of imported data', () => {
    const imported = parseSpecification(
      JSON.stringify({
        name: 'imported',
        data: { source: 'imported', data: 'd.pth', encoder: 'e.pth' },
        specimen: { hidden: [8, 4], activation: 'linear' },
      }),
      'experiment.json',
    );
    assert.equal(architectureInWords(imported), '…-8-4-… linear');
  });
});

describe('the nodes of named arms', () => {
  const specification = armsSpecification([1]);
  const arms = armNodes(
    RUN,
    checkpointsOf(specification, (epoch, last) => epoch === 0 || epoch === last),
    specification,
  );
  const armOf = (name: string): (typeof arms)[number] => {
    const found = arms.find(({ arm }) => arm === name);
    assert.ok(found, name);
    return found;
  };

  it('have an arm each, which opens its trained specimen or the first that it has', () => {
    assert.deepEqual(
      arms.map(({ arm }) => arm).sort(),
      (specification.arms ?? []).map(({ name }) => name).sort(),
    );
    assert.equal(armOf('control').checkpoint, '1-control/training/3');
    assert.equal(armOf('snip').checkpoint, '1-snip-0.5/retraining/5');
  });

  it('have a node for every step, in order and of its own name', () => {
    const steps = armOf('imp').children.map((node) =>
      node.kind === 'ratio' ? [node.requested, node.step, node.checkpoint] : [],
    );
    assert.deepEqual(steps, [
      [0.5, 1, '1-imp-0.5-step1/retraining/3'],
      [0.5, 2, '1-imp-0.5-step2/retraining/3'],
      [0.5, 3, '1-imp-0.5-step3/retraining/5'],
    ]);
    const ids = allBelow(arms).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});
