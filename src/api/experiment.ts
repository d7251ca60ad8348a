import type { Specification, SpecificationInput } from '../core/experiment/specification';
import { openExperiment } from '../node/experiments/openExperiment';
import { checked, checkedExperiment } from './checks/checked';
import * as options from './checks/options';

/**
 * Defines an experiment as in `experiment.json`; defaults may be left out.
 *
 * ```ts
 * const experiment = defineExperiment({
 *   name: 'first',
 *   features: { count: 16 },
 *   data: { samples: 2000, inputs: 5 },
 *   specimen: { hidden: [64, 16, 16] },
 * });
 * ```
 * @returns the specification with every default filled in
 * @throws LabError that lists every invalid field, with its value and what is allowed
 */
export function defineExperiment(specification: SpecificationInput): Specification {
  return checkedExperiment(specification);
}

/**
 * Reads the specification of an experiment on disk, with every default filled in.
 * @param location its folder, or its `experiment.json`
 * @throws LabError naming line, column, field and value of each problem
 */
export async function readExperiment(location: string): Promise<Specification> {
  return (await openExperiment(checked(options.path, location, 'location'))).specification;
}
