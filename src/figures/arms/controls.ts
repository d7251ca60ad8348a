import { armsOf, type Arm } from '../../core/experiment/arms';
import type { Specification } from '../../core/experiment/specification';

/** Name of the arm that others are compared with if none trains like them. */
const CONTROL = 'control';

/**
 * The arm that an arm is compared with: one without pruning that trains alike, preferably `control`; otherwise
 * `control`. Undefined for controls that train like no other arm, and in experiments without named arms.
 */
export function controlOf(specification: Specification, name: string): Arm | undefined {
  if (!specification.arms) return undefined;
  const arms = armsOf(specification);
  const arm = arms.get(name);
  const unpruned = [...arms.values()].filter(({ pruning }) => pruning === undefined);
  const named = unpruned.find((other) => other.name === CONTROL);
  if (!arm || arm === named) return undefined;
  if (arm.pruning === undefined) return named;
  const alike = unpruned.filter((other) => trainsLike(other, arm));
  return alike.find((other) => other === named) ?? alike.at(0) ?? named;
}

function trainsLike(a: Arm, b: Arm): boolean {
  return trainingText(a) === trainingText(b);
}

function trainingText({ training }: Arm): string {
  return JSON.stringify(Object.entries(training).sort(([a], [b]) => (a < b ? -1 : 1)));
}
