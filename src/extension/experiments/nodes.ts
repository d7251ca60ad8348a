import { grouped } from '../../core/grouped';
import {
  legEpochs,
  legName,
  trainingLegOf,
  type Phase,
  type RunCheckpoint,
} from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { ExperimentEntry } from './experimentIndex';

/*
 * The nodes of the tree. Their properties have the names that `targetOf` reads, so that each node can be the
 * argument of a command.
 */

interface BaseNode {
  /** Unique in the tree and stable when the tree is rebuilt. */
  readonly id: string;
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
}

interface InRun extends BaseNode {
  /** Absolute path of the run's folder. */
  readonly run: string;
}

/** An experiment; the same object as long as the experiment exists. */
export interface ExperimentNode extends BaseNode {
  readonly kind: 'experiment';
  entry: ExperimentEntry;
}

/** A run; the same object as long as the run exists. */
export interface RunNode extends InRun {
  readonly kind: 'run';
  summary: RunSummary;
}

/** One arm of one seed. */
export interface ArmNode extends InRun {
  readonly kind: 'arm';
  readonly seed: number;
  readonly arm: string;
  /**
   * Name of the checkpoint that opens on a click: the trained specimen, or that of the first ratio where the arm
   * has no training of its own.
   */
  readonly checkpoint: string;
  readonly children: readonly (CheckpointNode | EpochsNode | RatioNode)[];
}

/** An arm pruned at a ratio, or a step on the way to it. */
export interface RatioNode extends InRun {
  readonly kind: 'ratio';
  readonly requested: number;
  /** Where an arm prunes in several steps. */
  readonly step?: number;
  /** Name of the checkpoint that opens on a click: the retrained specimen. */
  readonly checkpoint: string;
  readonly children: readonly (CheckpointNode | EpochsNode)[];
}

/** The epochs of a leg between its first and last checkpoint. */
export interface EpochsNode extends InRun {
  readonly kind: 'epochs';
  readonly first: number;
  readonly last: number;
  readonly children: readonly CheckpointNode[];
}

/** A specimen at an epoch. */
export interface CheckpointNode extends InRun {
  readonly kind: 'checkpoint';
  readonly checkpoint: string;
  /** Its position in the leg: at the start, in between (`epoch`) or at the end. */
  readonly stage: 'initial' | 'trained' | 'pruned' | 'retrained' | 'epoch';
  readonly epoch: number;
  /** Whether its attribution matrix is kept. */
  readonly attribution: boolean;
}

/** Says why a run has no arms to show. */
export interface NoteNode extends InRun {
  readonly kind: 'note';
  readonly reason: 'nothing-kept' | 'nothing-finished' | 'unreadable';
  /** The error message, if there was an error. */
  readonly detail?: string;
}

/** Anything in the tree. */
export type TreeNode =
  ExperimentNode | RunNode | ArmNode | RatioNode | EpochsNode | CheckpointNode | NoteNode;

/**
 * The arms of a run with their kept checkpoints.
 * @param checkpoints sorted by leg and epoch, as a run lists them
 */
export function armNodes(
  { experiment, run }: Pick<RunNode, 'experiment' | 'run'>,
  checkpoints: readonly RunCheckpoint[],
  specification: Specification,
): ArmNode[] {
  const place = { experiment, run };
  const legs = grouped(checkpoints, ({ leg }) => legName(leg));
  const arms = grouped(legs.values(), ([{ leg }]) => legName(trainingLegOf(leg)));
  return [...arms].map(([name, ofArm]): ArmNode => {
    const children = ofArm.flatMap((ofLeg): ArmNode['children'] => {
      const [{ leg }] = ofLeg;
      const nodes = legNodes(place, ofLeg, legEpochs(specification, leg));
      if (leg.requested === null) return nodes;
      const id = `${run}#${legName(leg)}`;
      const checkpoint = lastOf(ofLeg);
      const { requested, step } = leg;
      const ratio = { requested, ...(step !== undefined && { step }) };
      return [{ kind: 'ratio', id, ...place, ...ratio, checkpoint, children: nodes }];
    });
    const [trained] = ofArm;
    const [{ leg }] = trained;
    return {
      kind: 'arm',
      id: `${run}#${name}/`,
      ...place,
      seed: leg.seed,
      arm: leg.arm,
      checkpoint: lastOf(trained),
      children,
    };
  });
}

/** The kept checkpoints of a leg; the epochs between its first and last checkpoint form a group. */
function legNodes(
  place: Pick<InRun, 'experiment' | 'run'>,
  checkpoints: readonly RunCheckpoint[],
  epochs: number,
): (CheckpointNode | EpochsNode)[] {
  const nodes = checkpoints.map(({ name, phase, epoch, attribution }): CheckpointNode => {
    const id = `${place.run}#${name}`;
    const stage = stageOf(phase, epoch === epochs);
    return { kind: 'checkpoint', id, ...place, checkpoint: name, stage, epoch, attribution };
  });
  const between = nodes.filter(({ stage }) => stage === 'epoch');
  const ends = nodes.filter(({ stage }) => stage !== 'epoch');
  if (between.length === 0) return ends;
  const [first] = between;
  const group: EpochsNode = {
    kind: 'epochs',
    id: `${first.id}…`,
    ...place,
    first: first.epoch,
    last: between[between.length - 1].epoch,
    children: between,
  };
  const begin = ends.filter(({ stage }) => stage === 'initial' || stage === 'pruned');
  return [...begin, group, ...ends.filter((node) => !begin.includes(node))];
}

function stageOf(phase: Phase, isEnd: boolean): CheckpointNode['stage'] {
  if (phase === 'initial' || phase === 'pruned') return phase;
  if (!isEnd) return 'epoch';
  return phase === 'training' ? 'trained' : 'retrained';
}

function lastOf(checkpoints: readonly RunCheckpoint[]): string {
  return checkpoints[checkpoints.length - 1].name;
}
