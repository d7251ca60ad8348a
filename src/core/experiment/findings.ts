import { show } from '../errors';
import { closestName } from '../closestName';
import { valueAt, type Finding, type Path } from '../schemaFindings';
import { experimentJsonSchema } from './jsonSchema';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  /** Of the entries of a list; one for each entry of a tuple. */
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly const?: unknown;
}

let schema: SchemaNode | undefined;
let names: ReadonlySet<string> | undefined;

function schemaOfExperiments(): SchemaNode {
  return (schema ??= experimentJsonSchema());
}

/** Names of all fields at any level of an experiment. */
export function fieldNames(): ReadonlySet<string> {
  return (names ??= new Set(namesIn(schemaOfExperiments())));
}

function namesIn(node: SchemaNode): string[] {
  const own = Object.entries(node.properties ?? {});
  const inner = [...own.map(([, field]) => field), ...(node.anyOf ?? []), ...itemsOf(node)];
  return [...own.map(([name]) => name), ...inner.flatMap(namesIn)];
}

/**
 * The message for an unknown field: a suggestion if there is one, otherwise the known fields.
 * @param path of the object with the field
 */
export function unknownField(
  path: Path,
  key: string,
  root: unknown,
): Pick<Finding, 'message' | 'rename'> {
  const objects = path.reduce<readonly SchemaNode[]>(
    (nodes, part) =>
      nodes.flatMap(alternativesOf).flatMap((node) => {
        if (typeof part === 'number') return itemsOf(node);
        const { properties } = node;
        return properties && Object.hasOwn(properties, part) ? properties[part] : [];
      }),
    [schemaOfExperiments()],
  );
  const source = valueAt(root, [...path, 'source']);
  const known = objects
    .flatMap(alternativesOf)
    .map(({ properties = {} }) => properties)
    // An alternative that has this field is not the one meant: it would have accepted the field.
    .filter((fields) => !Object.hasOwn(fields, key))
    .filter((fields) => source === undefined || !fields.source || fields.source.const === source)
    .flatMap((fields) => Object.keys(fields));
  const here = [...new Set(known)];
  const meant = closestName(key, here);
  return meant === undefined
    ? { message: `unknown field; known fields are ${here.join(', ')}` }
    : { message: `unknown field; did you mean ${show(meant)}?`, rename: meant };
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? [node];
}

function itemsOf({ items = [] }: SchemaNode): readonly SchemaNode[] {
  return [items].flat();
}
