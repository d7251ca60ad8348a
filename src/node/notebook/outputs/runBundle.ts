import { counted } from '../../../core/counted';
import type { RunState } from '../../../core/experiment/events';
import type { MetricsRow } from '../../../core/experiment/metricsRow';
import type { Specification } from '../../../core/experiment/specification';
import { seriesArms } from '../../../figures/arms/seriesArms';
import type { MimeBundle } from '../../../protocol/mimeBundle';
import { OUTPUT_VERSION } from '../../../protocol/outputs/common';
import { ATTRIBUTION_MIME, type AttributionOutput } from '../../../protocol/outputs/attribution';
import { RUN_MIME, type RunOutput } from '../../../protocol/outputs/run';
import { TRAJECTORY_MIME, type TrajectoryOutput } from '../../../protocol/outputs/trajectory';
import { type MatrixCheckpoint, measuringOf, seriesBundle } from './attributionBundle';
import { trajectoryBundle, type TrajectoryRun } from './trajectoryBundle';

/** A run to show. */
export interface ShownRun extends TrajectoryRun {
  readonly specification: Specification;
  readonly engine: string;
  readonly state: RunState;
  /** Of one leg and of the legs pruned from it. */
  readonly matrices: readonly MatrixCheckpoint[];
}

/** A run's card: facts, matrices and trajectories; as a picture, only its trajectories. */
export function runBundle(run: ShownRun): MimeBundle {
  const { specification, rows, matrices } = run;
  const facts = factsOf(run);
  const words = facts.map(([name, value]) => `${name}: ${value}`);
  const trajectory = rows.length > 0 ? trajectoryBundle([run], specification.name) : undefined;
  const series =
    matrices.length > 0
      ? seriesBundle(matrices, {
          title: specification.name,
          run: run.run,
          runNull: run.nulls,
          ...(specification.arms && { arms: seriesArms(specification) }),
          ...measuringOf(specification),
        })
      : undefined;
  const output: RunOutput = {
    version: OUTPUT_VERSION,
    title: specification.name,
    facts,
    ...(series?.[ATTRIBUTION_MIME] !== undefined && {
      attribution: series[ATTRIBUTION_MIME] as AttributionOutput,
    }),
    ...(trajectory && { trajectory: trajectory[TRAJECTORY_MIME] as TrajectoryOutput }),
  };
  const parts = [trajectory, series].flatMap((part) => (part ? [String(part['text/plain'])] : []));
  return {
    [RUN_MIME]: output,
    ...(trajectory && { 'image/svg+xml': trajectory['image/svg+xml'] }),
    'text/plain': [specification.name, ...words, ...parts].join('\n'),
  };
}

function factsOf(run: ShownRun): [string, string][] {
  const { specification, engine, state, rows } = run;
  const { specimen, features, seeds, pruning, arms } = specification;
  return [
    ['state', state],
    ['engine', engine],
    ...(features ? [['features', String(features.count)] satisfies [string, string]] : []),
    ['hidden layers', specimen.hidden.join(', ')],
    ['seeds', shortList(seeds)],
    arms
      ? ['arms', shortList(arms.map(({ name }) => name))]
      : ['pruning', `${pruning.method} at ${shortList(pruning.ratios)}`],
    ['rows', rowsText(rows)],
    ...(run.run === undefined
      ? []
      : [['folder', run.run.slice(0, 400)] satisfies [string, string]]),
  ];
}

function rowsText(rows: readonly MetricsRow[]): string {
  return `${counted(rows.length, 'checkpoint')} measured`;
}

function shortList(values: readonly (number | string)[]): string {
  if (values.length === 0) return 'none';
  const shown = values.slice(0, 16).join(', ');
  return values.length > 16 ? `${shown}, … (${values.length})` : shown;
}
