import type { RunDescription } from '../../../protocol/trajectories';

/** A field in which runs differ. */
export interface Difference {
  /** Path of the field in the specification, or what else it is: `engine`, `version of the lab`. */
  readonly field: string;
  /** One a run, as JSON; undefined where the run does not have the field. */
  readonly values: readonly (string | undefined)[];
}

/** What is not a matter of what was computed. */
const INCIDENTAL = new Set(['$schema', 'description']);

/** The fields in which runs differ, in the order of the specification; then engine and version. */
export function differencesOf(
  runs: readonly Pick<RunDescription, 'specification' | 'engine' | 'version'>[],
): Difference[] {
  const flat = runs.map(({ specification, engine, version }) => {
    const fields = new Map<string, string>();
    for (const [name, value] of Object.entries(specification)) {
      if (!INCIDENTAL.has(name)) flatten(name, value, fields);
    }
    fields.set('engine', engine);
    fields.set('version of the lab', version);
    return fields;
  });
  return fieldsInOrder(flat)
    .map((field) => ({ field, values: flat.map((fields) => fields.get(field)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

function flatten(path: string, value: unknown, fields: Map<string, string>): void {
  if (value === undefined) return;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) flatten(`${path}.${name}`, inner, fields);
    return;
  }
  fields.set(path, typeof value === 'string' ? value : JSON.stringify(value));
}

/** All fields; one that only a later run has follows the field that it follows there. */
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
