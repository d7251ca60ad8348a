import { invalid } from '../core/errors';
import { checkSpecification } from '../core/experiment/parse';
import type { Specification, SpecificationInput } from '../core/experiment/specification';

/**
 * Describes an experiment: as in an `experiment.json`, with a default for what is left out.
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
 * @throws LabError that lists every field that is wrong, with its value and what is allowed
 */
export function defineExperiment(specification: SpecificationInput): Specification {
  const { specification: complete, problems } = checkSpecification(JSON.stringify(specification));
  if (complete) return complete;
  const list = problems.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  throw invalid(list.join('\n'));
}
