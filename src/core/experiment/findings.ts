import { distance } from 'fastest-levenshtein';
import { show } from '../errors';
import { valueAt, type Finding, type Path } from '../schemaFindings';
import { experimentJsonSchema } from './jsonSchema';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

/** Edits between a longer name and one of ours are not worth counting. */
const LONGEST_NAME = 40;

let schema: SchemaNode | undefined;
let names: ReadonlySet<string> | undefined;

function schemaOfExperiments(): SchemaNode {
  return (schema ??= experimentJsonSchema());
}

/** Names of all fields that an experiment may have, wherever. */
export function fieldNames(): ReadonlySet<string> {
  return (names ??= new Set(namesIn(schemaOfExperiments())));
}

function namesIn(node: SchemaNode): string[] {
  const own = Object.entries(node.properties ?? {});
  const inner = [...own.map(([, field]) => field), ...(node.anyOf ?? [])];
  return [...own.map(([name]) => name), ...inner.flatMap(namesIn)];
}

/**
 * What to say of a field that an experiment has not: the one that was meant, or those that there are.
 * @param path of the object that has it
 */
export function unknownField(
  path: Path,
  key: string,
  root: unknown,
): Pick<Finding, 'message' | 'rename'> {
  const objects = path.reduce<readonly SchemaNode[]>(
    (nodes, part) =>
      nodes
        .flatMap(alternativesOf)
        .flatMap(({ properties }) =>
          properties && Object.hasOwn(properties, part) ? properties[part] : [],
        ),
    [schemaOfExperiments()],
  );
  const source = valueAt(root, [...path, 'source']);
  const known = objects
    .flatMap(alternativesOf)
    .map(({ properties = {} }) => properties)
    // Of several the one that was meant.
    .filter((fields) => !Object.hasOwn(fields, key))
    .filter((fields) => source === undefined || !fields.source || fields.source.const === source)
    .flatMap((fields) => Object.keys(fields));
  const here = [...new Set(known)];
  const closest = closestTo(key, here);
  return closest === undefined
    ? { message: `unknown field; known here: ${here.join(', ')}` }
    : { message: `unknown field; did you mean ${show(closest)}?`, rename: closest };
}

function closestTo(key: string, known: readonly string[]): string | undefined {
  if (key.length > LONGEST_NAME) return undefined;
  const [closest] = known
    .map((name) => ({ name, edits: distance(name.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return closest && closest.edits <= Math.max(2, key.length / 3) ? closest.name : undefined;
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? [node];
}
