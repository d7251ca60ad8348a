import type { z } from 'zod';
import { show } from '../errors';
import { meantName } from '../meantName';
import type { Change, Contradiction } from './contradictions';
import { experimentJsonSchema } from './jsonSchema';

/** Where in a JSON value: names of fields and indices. */
export type Path = readonly (string | number)[];

/** Something that is wrong in a specification. */
export interface Finding {
  readonly path: Path;
  /** Whether the field's name is at fault, not its value. */
  readonly ofName?: boolean;
  readonly message: string;
  /** Whether every field is right by itself: what the JSON schema cannot say. */
  readonly contradiction?: boolean;
  /** What would be right, where only one thing would. */
  readonly change?: Change;
  /** How the field's name was meant, if that can be told. */
  readonly rename?: string;
}

type Issue = z.core.$ZodIssue;

/**
 * What the schema found, in words: what is there and what is allowed.
 * @param root the value that was validated
 */
export function findingsOf(issues: readonly Issue[], root: unknown): Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, root));
}

function findingsOfIssue(issue: Issue, root: unknown): Finding[] {
  const path = issue.path as Path;
  const value = valueAt(root, path);
  if (issue.code === 'invalid_union') {
    return meantBranch(issue.errors, value).flatMap((inner) =>
      findingsOfIssue({ ...inner, path: [...path, ...inner.path] }, root),
    );
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      ofName: true,
      ...unknownField(path, key, root),
    }));
  }
  const found = value === undefined ? 'is missing' : `${show(value)} is not allowed`;
  return [{ path, message: `${found}: ${allowed(issue)}`, ...contradictionOf(issue) }];
}

function contradictionOf(issue: Issue): Pick<Finding, 'contradiction' | 'change'> {
  if (issue.code !== 'custom' || !issue.params?.contradiction) return {};
  const { change } = issue.params.contradiction as Contradiction;
  return { contradiction: true, ...(change ? { change } : {}) };
}

/** Of the alternatives' issues those that the author can use. */
function meantBranch(branches: readonly Issue[][], value: unknown): readonly Issue[] {
  const fitting = branches.filter((issues) => !issues.some(isOfWrongType));
  if (fitting.length === 0) {
    const types = branches.flatMap((issues) => issues.filter(isOfWrongType));
    return [expecting(types[0], types.map(allowedType))];
  }
  if (isObject(value) && 'source' in value) {
    const ofSource = fitting.filter((issues) => !issues.some(isOfSource));
    if (ofSource.length > 0) return ofSource[0];
    const sources = fitting.flatMap((issues) => issues.filter(isOfSource));
    return [
      expecting(
        sources[0],
        sources.flatMap(({ values }) => values.map(show)),
      ),
    ];
  }
  const strangers = (issues: readonly Issue[]): number =>
    issues.reduce(
      (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0),
      0,
    );
  return fitting.reduce((a, b) => (strangers(b) < strangers(a) ? b : a));
}

type TypeIssue = Extract<Issue, { code: 'invalid_type' }>;
type ValueIssue = Extract<Issue, { code: 'invalid_value' }>;

function isOfWrongType(issue: Issue): issue is TypeIssue {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function isOfSource(issue: Issue): issue is ValueIssue {
  return issue.code === 'invalid_value' && issue.path[0] === 'source';
}

function expecting({ path }: Issue, phrases: readonly string[]): Issue {
  const message = `expected ${[...new Set(phrases)].join(' or ')}`;
  return { code: 'custom', path, message };
}

/** What would be right, in a phrase. */
function allowed(issue: Issue): string {
  if (issue.code === 'invalid_type') return `expected ${allowedType(issue)}`;
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(show).join(' or ')}`;
  if (issue.code === 'too_small') {
    const { inclusive, minimum, origin } = issue;
    return `expected ${inclusive ? 'at least' : 'more than'} ${quantity(minimum, origin)}`;
  }
  if (issue.code === 'too_big') {
    const { inclusive, maximum, origin } = issue;
    return `expected ${inclusive ? 'at most' : 'less than'} ${quantity(maximum, origin)}`;
  }
  return issue.message;
}

function allowedType({ expected }: TypeIssue): string {
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

function quantity(count: number | bigint, origin: string): string {
  return origin === 'array' ? `${count} ${count === 1 ? 'entry' : 'entries'}` : String(count);
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

let schema: SchemaNode | undefined;

function unknownField(path: Path, key: string, root: unknown): Pick<Finding, 'message' | 'rename'> {
  schema ??= experimentJsonSchema();
  const objects = path.reduce<readonly SchemaNode[]>(
    (nodes, part) => nodes.flatMap(alternativesOf).flatMap((node) => node.properties?.[part] ?? []),
    [schema],
  );
  const source = valueAt(root, [...path, 'source']);
  const known = objects
    .flatMap(alternativesOf)
    .map(({ properties = {} }) => properties)
    // Of several the one that was meant.
    .filter((fields) => !Object.hasOwn(fields, key))
    .filter((fields) => source === undefined || !fields.source || fields.source.const === source)
    .flatMap((fields) => Object.keys(fields));
  const names = [...new Set(known)];
  const meant = meantName(key, names);
  return meant === undefined
    ? { message: `unknown field; known here: ${names.join(', ')}` }
    : { message: `unknown field; did you mean ${show(meant)}?`, rename: meant };
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? [node];
}

/** The value at a path, undefined where there is none. */
function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    root,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
