import { meanLoss } from './predictionError';
import type { Engine, EpochResult, TrainingTask } from '../engine/engine';
import { lossDivergence } from '../engine/requireFinite';
import type { LabError } from '../errors';
import { hiddenWidths } from '../network/layout';
import { withoutState, type Specimen } from '../network/specimen';
import { allFinite } from '../numeric/finite';
import { throwIfStopped, type Pace } from '../stop';
import type { OptimizerOptions } from '../training/optimizer';
import { armNamed, type ArmTraining } from './arms';
import type { ExperimentContext } from './context';
import { divergedLoss, divergedSpecimen, type DivergedLeg } from './divergence';
import type { Checkpoint, ExperimentEvent } from './events';
import { isMovementNeeded, isNeeded, isStateNeeded } from './keep';
import { keptParameters, startLeg, type LegSources, type LegStart } from './legStart';
import type { MaybeNumber } from './metricsRow';
import { withParts, type PartSources, type ReadUnits } from './effectParts';
import { legEpochs, legName, rewinds, spanOf, type Leg, type Phase } from './plan';
import { SeedCache, type SeedData } from './seedData';
import { SpecimenMeter } from './specimenMeter';
import type { Specification } from './specification';

/** A leg to run, with what it starts from: see `needsOf`. */
export interface LegTask extends LegSources {
  readonly leg: Leg;
}

/** Events of legs. */
export type LegEvent = Extract<
  ExperimentEvent,
  { type: 'leg-started' | 'epoch-measured' | 'checkpoint-ready' | 'leg-finished' | 'warning' }
>;

/** Runs legs, possibly many at a time. */
export interface LegExecutor {
  /** Number of seeds whose legs are best run together. */
  readonly seedsAtOnce: number;
  /**
   * Runs the legs. Each leg's events come in order; those of different legs may interleave.
   * @throws Stopped when the pace's signal is set
   * @throws LabError when training diverges or a pruning leg has no trained specimen
   */
  run(tasks: readonly LegTask[], pace: Pace): AsyncGenerator<LegEvent, void>;
}

/** Runs legs in this thread, as one population, and measures every specimen after every epoch. */
export class LegRunner implements LegExecutor {
  readonly seedsAtOnce: number;
  private readonly meter: SpecimenMeter;
  private readonly seeds: SeedCache;

  constructor(
    private readonly context: ExperimentContext,
    private readonly engine: Engine,
  ) {
    this.meter = new SpecimenMeter(context, engine);
    this.seeds = new SeedCache(context);
    this.seedsAtOnce = engine.seedsAtOnce;
  }

  async *run(tasks: readonly LegTask[], pace: Pace): AsyncGenerator<LegEvent, void> {
    const { specification } = this.context;
    const started: StartedLeg[] = [];
    for (const task of tasks) {
      throwIfStopped(pace.signal);
      const { leg } = task;
      yield { type: 'leg-started', leg };
      const start = this.start(task);
      for (const message of start.warnings) yield { type: 'warning', leg, message };
      yield* this.measured(start, start.specimen, 0, null, pace);
      if (legEpochs(specification, leg) > 0) started.push(start);
      else yield { type: 'leg-finished', leg };
    }
    for await (const result of this.train(started, pace)) {
      const start = started[result.task];
      const { parameters, movement, state } = result;
      const specimen = {
        ...withoutState(start.specimen),
        parameters,
        ...(movement && { movement }),
        ...(state && { state }),
      };
      const { batchSize } = armNamed(specification, start.leg.arm).training;
      const loss = meanLoss(result.stepLosses, start.seed.train.samples, batchSize);
      yield* this.measured(start, specimen, result.epoch, loss, pace);
      if (result.epoch === legEpochs(specification, start.leg)) {
        yield { type: 'leg-finished', leg: start.leg };
      }
    }
  }

  private async *train(legs: readonly StartedLeg[], pace: Pace): AsyncGenerator<EpochResult, void> {
    const tasks = legs.map((leg) => this.trainingTask(leg));
    try {
      yield* this.engine.train(tasks, pace);
    } catch (error) {
      const diverged = lossDivergence(error);
      if (!diverged || !(diverged.task in legs)) throw error;
      throw divergedLoss(diverged, divergedLeg(legs[diverged.task]), this.context);
    }
  }

  private async *measured(
    start: StartedLeg,
    specimen: Specimen,
    epoch: number,
    trainLoss: MaybeNumber,
    pace: Pace,
  ): AsyncGenerator<LegEvent, void> {
    const { leg, ratios, seed } = start;
    const diverged = (what: 'a parameter' | 'the test loss'): LabError =>
      divergedSpecimen(divergedLeg(start), epoch, what, this.context);
    throwIfStopped(pace.signal);
    if (!allFinite(specimen.parameters)) throw diverged('a parameter');
    const needed = isNeeded(this.context.specification, leg, epoch);
    const { attribution, readings, neurons, metrics } = await this.meter.read(
      specimen,
      seed.test,
      pace,
      { keep: needed, all: needed || epoch === 0 },
    );
    const parts = await this.partSources(
      start,
      { units: specimen.units, values: neurons },
      epoch,
      pace,
    );
    if (!Number.isFinite(metrics.testLoss)) throw diverged('the test loss');
    const phase = phaseOf(leg, epoch);
    yield {
      type: 'epoch-measured',
      row: {
        seed: leg.seed,
        arm: leg.arm,
        phase,
        epoch,
        requested: leg.requested,
        ...(leg.step !== undefined && { step: leg.step }),
        ...ratios,
        hidden: hiddenWidths(specimen.layout),
        parameters: keptParameters(specimen),
        trainLoss,
        ...(parts ? withParts(metrics, parts, this.meter.firstKey) : metrics),
      },
    };
    if (!needed || !attribution) return;
    const checkpoint: Checkpoint = {
      leg,
      phase,
      epoch,
      specimen,
      attribution,
      ...(readings && { readings }),
    };
    yield { type: 'checkpoint-ready', checkpoint };
  }

  /** What the parts of the leg's effect are read from, before its first and after its last epoch. */
  private async partSources(
    start: StartedLeg,
    own: ReadUnits,
    epoch: number,
    pace: Pace,
  ): Promise<PartSources | undefined> {
    const { leg, seed, task } = start;
    const { specification } = this.context;
    if (!specification.arms || leg.requested === null) return undefined;
    const arm = armNamed(specification, leg.arm);
    if (!task.trained || rewinds(arm)) return undefined;
    const last = legEpochs(specification, leg);
    if (epoch !== 0 && epoch !== last) return undefined;
    const read = async (specimen: Specimen): Promise<ReadUnits> => {
      const { neurons } = await this.meter.read(specimen, seed.test, pace, { keep: false });
      return { units: specimen.units, values: neurons };
    };
    if (epoch === 0) start.before = { trained: await read(task.trained), pruned: own };
    if (!start.before || epoch !== last) return start.before;
    const control = task.control && (await read(task.control));
    // Without retraining, the pruned specimen is the last one.
    return { ...start.before, retrained: own, ...(control && { control }) };
  }

  private start(task: LegTask): StartedLeg {
    const seed = this.seeds.of(task.leg.seed);
    return { leg: task.leg, task, seed, ...startLeg(task, this.context, seed) };
  }

  private trainingTask({ leg, seed, specimen }: StartedLeg): TrainingTask {
    const { specification } = this.context;
    const arm = armNamed(specification, leg.arm);
    const { training, retraining } = arm;
    const { dropout: probability, penalty } = training;
    // Legs continue the count of epochs, so that they draw batches of their own.
    const { offset, epochs } = spanOf(specification, leg);
    const rateOf = (epoch: number): number =>
      (offset + epoch <= training.epochs ? training : retraining).learningRate;
    const changes = offset < training.epochs && offset + epochs > training.epochs;
    return {
      layout: specimen.layout,
      parameters: specimen.parameters,
      data: seed.train,
      optimizer: optimizerOf(training, rateOf(1)),
      learningRates: changes ? rateOf : undefined,
      mask: specimen.mask,
      penalty,
      movement: isMovementNeeded(specification, leg) || undefined,
      state: specimen.state,
      keepState: isStateNeeded(specification, leg) || undefined,
      // Engines allocate buffers for a whole batch.
      batchSize: Math.min(training.batchSize, seed.train.samples),
      epochs,
      order: (epoch) => seed.draws.order(offset + epoch),
      dropout:
        probability === undefined
          ? undefined
          : {
              probability,
              source: (epoch) => seed.draws.dropout(maskStream(specification, leg), offset + epoch),
            },
    };
  }
}

/** Key of the random bits of dropout: arms that are compared share them. */
function maskStream(specification: Specification, leg: Leg): string {
  return specification.arms ? 'arms' : legName(leg);
}

interface StartedLeg extends LegStart {
  readonly leg: Leg;
  readonly task: LegTask;
  /** Read before the first epoch. */
  before?: PartSources;
  readonly seed: SeedData;
}

function phaseOf(leg: Leg, epoch: number): Phase {
  if (leg.requested === null) return epoch === 0 ? 'initial' : 'training';
  return epoch === 0 ? 'pruned' : 'retraining';
}

function optimizerOf(training: ArmTraining, learningRate: number): OptimizerOptions {
  const { optimizer: kind, beta1, beta2, epsilon, momentum, weightDecay } = training;
  const decay = weightDecay !== undefined && { weightDecay };
  return kind === 'sgd'
    ? { kind, learningRate, ...(momentum !== undefined && { momentum }), ...decay }
    : { kind, learningRate, beta1, beta2, epsilon, ...decay };
}

function divergedLeg({ leg, seed: { draws } }: StartedLeg): DivergedLeg {
  return { leg, draws };
}
