import { meanLoss } from './predictionError';
import { subset, type DataSet } from '../data/dataSet';
import type { Engine, EpochResult, TrainingTask } from '../engine/engine';
import { lossDivergence } from '../engine/requireFinite';
import { invalid, type LabError } from '../errors';
import {
  hiddenWidths,
  layoutOf,
  neuronCount,
  parameterCount,
  type Layout,
} from '../network/layout';
import { specimenOf, type Specimen } from '../network/specimen';
import { allFinite } from '../numeric/finite';
import { describeNote, type PruningNote } from '../pruning/notes';
import { pruneSpecimen } from '../pruning/prune';
import type { PruningRequest } from '../pruning/request';
import { stream } from '../random/streams';
import { throwIfStopped, type Pace } from '../stop';
import { ADAM_DEFAULTS } from '../training/adam';
import { trainingDraws, type TrainingDraws } from '../training/draws';
import type { ExperimentContext } from './context';
import { divergedLoss, divergedSpecimen, type DivergedLeg } from './divergence';
import type { Checkpoint, ExperimentEvent } from './events';
import { isNeeded } from './keep';
import type { MaybeNumber } from './metricsRow';
import { legEpochs, legName, type Leg, type Phase } from './plan';
import { SpecimenMeter } from './specimenMeter';
import type { Specification } from './specification';
import { splitProblem, trainingSamples } from './split';

/** A leg to run, with the trained specimen to prune if it is a pruning leg. */
export interface LegTask {
  readonly leg: Leg;
  readonly trained?: Specimen;
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

/** Limit on cached numbers in the split samples of all seeds: 64 MB. */
const CACHED_NUMBERS = 16e6;

/** Runs legs in this thread, as one population, and measures every specimen after every epoch. */
export class LegRunner implements LegExecutor {
  readonly seedsAtOnce: number;
  private readonly meter: SpecimenMeter;
  private readonly seeds = new Map<number, SeedData>();

  constructor(
    private readonly context: ExperimentContext,
    private readonly engine: Engine,
  ) {
    this.meter = new SpecimenMeter(context, engine);
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
      const specimen = { ...start.specimen, parameters: result.parameters };
      yield* this.measured(
        start,
        specimen,
        result.epoch,
        meanLoss(result.stepLosses, start.seed.train.samples, specification.training.batchSize),
        pace,
      );
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
    const { attribution, readings, metrics } = await this.meter.read(specimen, seed.test, pace, {
      keep: needed,
      all: needed || epoch === 0,
    });
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
        ...ratios,
        hidden: hiddenWidths(specimen.layout),
        parameters: specimen.parameters.length,
        trainLoss,
        ...metrics,
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

  private start({ leg, trained }: LegTask): StartedLeg {
    const { specification } = this.context;
    const seed = this.seedData(leg.seed);
    const layout = specimenLayout(this.context);
    const none = { neuronRatio: 0, parameterRatio: 0 };
    if (leg.requested === null) {
      const specimen = specimenOf(layout, seed.draws.initialParameters);
      return { leg, seed, specimen, ratios: none, warnings: [] };
    }
    if (!trained) throw invalid(`has no trained specimen to prune`, { field: legName(leg) });
    const { specimen, notes } = pruneSpecimen(
      trained,
      pruningRequest(specification, leg.requested),
      stream(leg.seed, 'pruning', leg.arm, String(leg.requested)),
    );
    return {
      leg,
      seed,
      specimen,
      ratios: {
        neuronRatio: 1 - neuronCount(specimen.layout) / neuronCount(layout),
        parameterRatio: 1 - parameterCount(specimen.layout) / parameterCount(layout),
      },
      warnings: notes.filter(isNotInRow).map(describeNote),
    };
  }

  private trainingTask({ leg, seed, specimen }: StartedLeg): TrainingTask {
    const { training, pruning, specimen: net } = this.context.specification;
    const pruned = leg.requested !== null;
    // Retraining continues the count of epochs, so that it draws batches of its own.
    const offset = pruned ? training.epochs : 0;
    const probability = leg.arm === 'dropout' ? net.dropoutTwin : undefined;
    return {
      layout: specimen.layout,
      parameters: specimen.parameters,
      data: seed.train,
      adam: {
        ...ADAM_DEFAULTS,
        ...training,
        learningRate: pruned ? pruning.retraining.learningRate : training.learningRate,
      },
      // Engines allocate buffers for a whole batch.
      batchSize: Math.min(training.batchSize, seed.train.samples),
      epochs: legEpochs(this.context.specification, leg),
      order: (epoch) => seed.draws.order(offset + epoch),
      dropout:
        probability === undefined
          ? undefined
          : { probability, source: (epoch) => seed.draws.dropout(legName(leg), offset + epoch) },
    };
  }

  private seedData(seed: number): SeedData {
    let found = this.seeds.get(seed);
    if (!found) {
      const { specification, data } = this.context;
      const { trainShare } = specification.training;
      const problem = splitProblem(data.samples, trainShare);
      if (problem) {
        throw invalid(`${trainShare} is not allowed: ${problem}`, { field: 'training.trainShare' });
      }
      const draws = trainingDraws(specification.streams, seed, {
        layout: specimenLayout(this.context),
        samples: data.samples,
        train: trainingSamples(data.samples, trainShare),
      });
      const { train, test } = draws.split;
      found = { draws, train: subset(data, train), test: subset(data, test) };
      // Caches only the latest seeds; legs in training hold a reference to theirs.
      const most = Math.max(
        1,
        Math.floor(CACHED_NUMBERS / (data.samples * (data.inputDim + data.outputDim))),
      );
      for (const oldest of this.seeds.keys()) {
        if (this.seeds.size < most) break;
        this.seeds.delete(oldest);
      }
      this.seeds.set(seed, found);
    }
    return found;
  }
}

interface SeedData {
  readonly draws: TrainingDraws;
  readonly train: DataSet;
  readonly test: DataSet;
}

interface StartedLeg {
  readonly leg: Leg;
  readonly seed: SeedData;
  /** Initial state of the training. */
  readonly specimen: Specimen;
  /** Relative to the unpruned specimen. */
  readonly ratios: { readonly neuronRatio: number; readonly parameterRatio: number };
  readonly warnings: readonly string[];
}

/** The unpruned specimen's layout. */
function specimenLayout({ specification, data }: ExperimentContext): Layout {
  const { hidden, activation } = specification.specimen;
  return layoutOf([data.inputDim, ...hidden, data.outputDim], activation);
}

function phaseOf(leg: Leg, epoch: number): Phase {
  if (leg.requested === null) return epoch === 0 ? 'initial' : 'training';
  return epoch === 0 ? 'pruned' : 'retraining';
}

function pruningRequest({ pruning }: Specification, ratio: number): PruningRequest {
  const { method, norm, normalize, caps } = pruning;
  return method === 'global-structured'
    ? { method, ratio, norm, normalize, caps }
    : { method, ratio, caps };
}

/** Whether a note adds to the row, which holds the requested and the reached ratios. */
function isNotInRow({ kind }: PruningNote): boolean {
  return kind !== 'ratio-missed' && kind !== 'ties';
}

function divergedLeg({ leg, seed: { draws } }: StartedLeg): DivergedLeg {
  return { leg, draws };
}
