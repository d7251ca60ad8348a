import { armsOf, needsTraining, type Arm } from '../../core/experiment/arms';
import { sharePerRound } from '../../core/pruning/schedule';
import type { LineStyle } from '../lines/data';
import { COLOURS } from '../lines/style';
import { controlOf } from '../arms/controls';
import type { ShownRun } from './run';

/** An arm of a run that is shown. */
export interface ShownArm {
  readonly name: string;
  /** The arm whose leg of training it continues; undefined if it starts from no training. */
  readonly trainedAs?: string;
  /** Undefined for arms without pruning, and for those of outputs without a specification. */
  readonly pruning?: Arm['pruning'];
  /** Whether nothing is pruned. */
  readonly isControl: boolean;
}

/** Whether a run has arms with names of its own, beside the thesis's two. */
export function namesArms({
  specification,
  table,
}: Pick<ShownRun, 'specification' | 'table'>): boolean {
  return (
    specification.arms !== undefined ||
    table.armNames.some((name) => name !== 'dense' && name !== 'dropout')
  );
}

/** The arms of a run: those of its specification, then others that have rows. */
export function armsOfRun({
  specification,
  table,
}: Pick<ShownRun, 'specification' | 'table'>): ShownArm[] {
  const known = armsOf(specification);
  const arms = [...known.values()].map((arm): ShownArm => {
    const { name, trainedAs, pruning } = arm;
    return {
      name,
      trainedAs: needsTraining(arm) ? trainedAs : undefined,
      pruning,
      isControl: specification.arms !== undefined && pruning === undefined,
    };
  });
  const others = table.armNames.filter((name) => !known.has(name));
  return [...arms, ...others.map((name) => ({ name, trainedAs: name, isControl: false }))];
}

/** Places of named arms in colours and patterns: the same name has the same place in all runs. */
export function armPlaces(
  runs: readonly Pick<ShownRun, 'specification' | 'table'>[],
): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const run of runs) {
    if (!namesArms(run)) continue;
    for (const { name } of armsOfRun(run)) if (!places.has(name)) places.set(name, places.size);
  }
  return places;
}

/** Whether colours tell arms apart: one run is shown, and it names its arms. */
export function coloursArms(runs: readonly ShownRun[]): boolean {
  const visible = runs.filter((run) => run.visible);
  return visible.length === 1 && namesArms(visible[0]);
}

/**
 * What tells an arm from others: a colour, a marker and dashes where one run is shown; only dashes where colours
 * and markers tell runs apart. Of the thesis's arms, the dropout twin is dotted.
 */
export function armStyle(
  name: string,
  place: number | undefined,
  { slot, byColour }: { readonly slot?: number; readonly byColour: boolean },
): LineStyle {
  if (place === undefined) {
    return { slot, ...(name === 'dropout' && { twin: true, dash: 'dotted' as const }) };
  }
  if (!byColour) return { slot, pattern: place };
  // Beyond the colours, their lighter twins follow.
  return {
    slot: place,
    pattern: place,
    ...(Math.floor(place / COLOURS) % 2 === 1 && { twin: true }),
  };
}

/** The ratio that a step of a schedule asks for: `requested` after the last. */
export function askedAtStep(arm: ShownArm, requested: number, step: number): number {
  const { schedule } = arm.pruning ?? {};
  if (!schedule) return requested;
  const { steps, shares } = schedule;
  if (step >= steps) return requested;
  return shares === 'linear'
    ? (requested * step) / steps
    : 1 - (1 - sharePerRound(requested, steps)) ** step;
}

/** The arm in words for a hint: `pruned by magnitude`, `compared with control`. */
export function armHint(run: ShownRun, { name, pruning, isControl, trainedAs }: ShownArm): string {
  const steps = pruning?.schedule?.steps ?? 1;
  const control = controlOf(run.specification, name)?.name;
  return [
    isControl ? 'Not pruned, trained for as long' : undefined,
    pruning && `Pruned by ${pruning.method}${steps > 1 ? ` in ${steps} steps` : ''}`,
    pruning?.widthsOf && `widths of ${pruning.widthsOf}`,
    trainedAs === undefined ? 'not continued from training' : undefined,
    trainedAs !== undefined && trainedAs !== name ? `trained as ${trainedAs}` : undefined,
    control && `compared with ${control}`,
  ]
    .filter(Boolean)
    .join(', ');
}
