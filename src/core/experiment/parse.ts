import { distance } from 'fastest-levenshtein';
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type JSONPath,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { z } from 'zod';
import { invalid, show, type LabError } from '../errors';
import { experimentJsonSchema } from './jsonSchema';
import { experimentSchema, type Specification } from './specification';

/** One thing that is wrong in a specification's text, with its place. */
export interface SpecificationProblem {
  /** Path of the field, e.g. `pruning.ratios[3]`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  /** Offset and length in the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** A specification, or everything that is wrong with its text. */
export type ParsedSpecification =
  | { readonly specification: Specification; readonly problems: readonly [] }
  | { readonly specification?: undefined; readonly problems: readonly SpecificationProblem[] };

/** Reads the text of an `experiment.json`; never throws. */
export function checkSpecification(text: string): ParsedSpecification {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || !root) {
    return { problems: errors.map((error) => syntaxProblem(text, error)) };
  }
  const twice = duplicateKeys(root).map(({ node, path }) =>
    problemAt(text, node, path, 'is there twice; keep one'),
  );
  const result = experimentSchema.safeParse(getNodeValue(root));
  const problems = [
    ...twice,
    ...(result.success
      ? []
      : result.error.issues.flatMap((issue) => issueProblems(text, root, issue))),
  ];
  return result.success && problems.length === 0
    ? { specification: result.data, problems: [] }
    : { problems };
}

/**
 * Reads the text of an `experiment.json`.
 * @param file its path, for the message
 * @throws LabError that lists every problem with line, column, field, value and what is allowed
 */
export function parseSpecification(text: string, file: string): Specification {
  const { specification, problems } = checkSpecification(text);
  if (!specification) throw specificationError(problems, file);
  return specification;
}

function specificationError(problems: readonly SpecificationProblem[], file: string): LabError {
  const [first, ...others] = problems;
  const { line, column, field } = first;
  const rest = others.map((problem) => `\n${problemText(problem, file)}`);
  return invalid(first.message + rest.join(''), { file, line, column, field });
}

function problemText({ line, column, field, message }: SpecificationProblem, file: string): string {
  return [`${file}:${line}:${column}`, field, message].filter(Boolean).join(': ');
}

function syntaxProblem(text: string, { error, offset, length }: ParseError): SpecificationProblem {
  const what = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return { field: '', message: `not JSON: ${what}`, offset, length, ...positionOf(text, offset) };
}

function issueProblems(text: string, root: Node, issue: z.core.$ZodIssue): SpecificationProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'invalid_union') {
    return unionBranch(root, path, issue.errors).flatMap((inner) =>
      issueProblems(text, root, { ...inner, path: [...path, ...inner.path] }),
    );
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const node = findNodeAtLocation(root, [...path, key])?.parent?.children?.[0];
      return problemAt(text, node ?? root, [...path, key], unknownField(path, key));
    });
  }
  const node = findNodeAtLocation(root, path);
  const present = node !== undefined;
  const value = present ? `${show(getNodeValue(node))} is not allowed: ` : '';
  const message =
    issue.code === 'custom'
      ? issue.message
      : present
        ? value + allowed(issue)
        : `is missing: ${allowed(issue)}`;
  return [problemAt(text, node ?? nearestNode(root, path), path, message)];
}

/** The errors of the alternative that the author meant. */
function unionBranch(
  root: Node,
  path: JSONPath,
  branches: readonly z.core.$ZodIssue[][],
): readonly z.core.$ZodIssue[] {
  const value: unknown = getNodeValue(findNodeAtLocation(root, path) ?? root);
  if (path[0] === 'data' && path.length === 1) {
    const imported = (value as { source?: unknown } | null)?.source === 'imported';
    return branches[imported ? 1 : 0];
  }
  // A number or a list of numbers.
  return branches[Array.isArray(value) ? 1 : 0];
}

/** What would be right, in a phrase. */
function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'int' ? 'a whole number' : article(issue.expected)}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => show(value)).join(' or ')}`;
    case 'too_small':
      return `expected ${issue.origin === 'array' ? 'a length of ' : ''}${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `expected ${issue.origin === 'array' ? 'a length of ' : ''}${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

interface SchemaNode {
  readonly properties?: Record<string, SchemaNode>;
  readonly anyOf?: readonly SchemaNode[];
}

function unknownField(path: JSONPath, key: string): string {
  const known = knownFields(experimentJsonSchema(), path);
  const closest = known
    .map((name) => ({ name, edits: distance(name.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
    .at(0);
  const suggestion =
    closest && closest.edits <= Math.max(2, key.length / 3)
      ? `did you mean ${show(closest.name)}?`
      : `known here: ${known.join(', ')}`;
  return `unknown field; ${suggestion}`;
}

function knownFields(schema: SchemaNode, path: JSONPath): string[] {
  const [head, ...rest] = path;
  if (head !== undefined) {
    const next = schema.properties?.[String(head)];
    return next ? knownFields(next, rest) : [];
  }
  const fields = [schema, ...(schema.anyOf ?? [])].flatMap((s) => Object.keys(s.properties ?? {}));
  return [...new Set(fields)];
}

function nearestNode(root: Node, path: JSONPath): Node {
  for (let length = path.length - 1; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) return node;
  }
  return root;
}

function problemAt(
  text: string,
  node: Node,
  path: JSONPath,
  message: string,
): SpecificationProblem {
  const { offset, length } = node;
  return { field: formatPath(path), message, offset, length, ...positionOf(text, offset) };
}

function formatPath(path: JSONPath): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

function duplicateKeys(node: Node, path: JSONPath = []): { node: Node; path: JSONPath }[] {
  if (node.type === 'array') {
    return (node.children ?? []).flatMap((child, i) => duplicateKeys(child, [...path, i]));
  }
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    const name = String(key.value);
    const inner = [...path, name];
    const repeated = seen.has(name) ? [{ node: key, path: inner }] : [];
    seen.add(name);
    return value ? [...repeated, ...duplicateKeys(value, inner)] : repeated;
  });
}
