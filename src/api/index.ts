/**
 * The public interface of Polysemanticity Lab, for notebook cells and for any program of Node: toy data
 * with known features, specimens, training, pruning, attribution, measures, whole experiments and their
 * stored runs, and values that notebooks show as live charts.
 * @module polysemanticity
 */
export { defineExperiment, readExperiment } from './experiment';
export {
  generateData,
  splitData,
  type DataProgress,
  type GenerateOptions,
  type SplitData,
} from './data';
export {
  initialise,
  predict,
  specimenOf,
  testError,
  type SpecimenShape,
  type TestError,
} from './specimens';
export { train, trainPopulation, type TrainedEpoch, type TrainingOptions } from './training';
export {
  activations,
  attribute,
  measure,
  measureNull,
  prune,
  type AttributeOptions,
  type NullShape,
  type ProbeOptions,
  type PruningOptions,
  type PruningSources,
} from './measuring';
export { scores, type ScoreOptions } from './scores';
export { composeMasks, maskOf, replayMask } from './masks';
export { ExperimentRun, runExperiment, type RunOptions } from './runExperiment';
export { listRuns, openRun } from './storedRuns';
export type { EngineChoice, Run } from './run';
export {
  attributionOutput,
  runOutput,
  seriesOutput,
  trajectoryOutput,
  type AttributionOptions,
  type MatrixCheckpoint,
} from './outputs';
export { DISPLAY, type Displayed, type MimeBundle } from './display';
export type { Stoppable } from './stopping';

export type { AttributionMatrix, LayerRange, RowKind } from '../core/attribution/matrix';
export type { AttributionMethod, AttributionRequest } from '../core/attribution/request';
export type { DataSet } from '../core/data/dataSet';
export type { ToyData } from '../core/data/generate';
export {
  LabError,
  type Divergence,
  type ErrorFacts,
  type ErrorKind,
  type ErrorPlace,
} from '../core/errors';
export type { ExperimentEvent, Checkpoint, DataReport } from '../core/experiment/events';
export type { MeasuredMean, MetricsRow } from '../core/experiment/metricsRow';
export type { CheckpointId, Leg, LegInput, Phase, RunCheckpoint } from '../core/experiment/plan';
export { checkpointName } from './checkpoints';
export type { Specification, SpecificationInput } from '../core/experiment/specification';
export { MEASURES, type MeasureId } from '../core/measures/table';
export type { Measurement, Measurements, MeasureOptions } from '../core/measures/measure';
export type { NullDistribution } from '../core/measures/null';
export type { Activation, Layout, Network } from '../core/network/layout';
export type { Specimen } from '../core/network/specimen';
export type { PruningMask } from '../core/pruning/mask';
export type { PruningResult } from '../core/pruning/prune';
export type { PruningMethod, ScoreMethod } from '../core/pruning/methods';
export type { Norm, PruningRequest } from '../core/pruning/request';
export { Stopped } from '../core/stop';
