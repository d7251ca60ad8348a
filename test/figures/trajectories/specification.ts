import { experimentSchema, type Specification } from '../../../src/core/experiment/specification';

/** A small specification, with some of its top-level fields replaced. */
export function parseSpecification(fields: object): Specification {
  return experimentSchema.parse({
    name: 'A',
    features: { count: 6, hidden: [4, 2] },
    data: { samples: 40, inputs: 3 },
    specimen: { hidden: [8, 4], dropoutTwin: 0.5 },
    pruning: { ratios: [0.25, 0.5] },
    ...fields,
  });
}
