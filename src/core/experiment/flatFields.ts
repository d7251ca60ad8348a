import { isRecord } from '../isRecord';

/**
 * The fields of a specification by path, such as `training.epochs`, in order: strings as they are, everything
 * else as JSON.
 */
export function flatFields(specification: object): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(specification)) flatten(name, value, fields);
  return fields;
}

function flatten(path: string, value: unknown, fields: Map<string, string>): void {
  if (value === undefined) return;
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) flatten(`${path}.${name}`, inner, fields);
    return;
  }
  fields.set(path, typeof value === 'string' ? value : JSON.stringify(value));
}
