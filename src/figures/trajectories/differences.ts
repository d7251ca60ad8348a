import { flatFields } from '../../core/experiment/flatFields';
import type { RunDescription } from '../../protocol/trajectories';

/** A field in which runs differ. */
export interface Difference {
  /** Path of the field in the specification, or `engine`, or `version of the lab`. */
  readonly field: string;
  /** One per run, as JSON; undefined if the run does not have the field. */
  readonly values: readonly (string | undefined)[];
}

/** Fields that do not affect results. */
const INCIDENTAL = ['$schema', 'description'];

/** The fields in which runs differ, in the order of the specification; then engine and version. */
export function differencesOf(
  runs: readonly Pick<RunDescription, 'specification' | 'engine' | 'version'>[],
): Difference[] {
  const flat = runs.map(({ specification, engine, version }) => {
    const fields = flatFields(specification);
    for (const name of INCIDENTAL) fields.delete(name);
    fields.set('engine', engine);
    fields.set('version of the lab', version);
    return fields;
  });
  return fieldsInOrder(flat)
    .map((field) => ({ field, values: flat.map((fields) => fields.get(field)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** All fields; a field that only a later run has follows its predecessor in that run. */
function fieldsInOrder(runs: readonly ReadonlyMap<string, string>[]): string[] {
  const order: string[] = [];
  for (const fields of runs) {
    let after = -1;
    for (const field of fields.keys()) {
      const known = order.indexOf(field);
      if (known >= 0) after = known;
      else order.splice(++after, 0, field);
    }
  }
  return order;
}
