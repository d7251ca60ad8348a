import {
  createScanner,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { invalid, show, type LabError } from '../errors';
import { findingsOf, type Finding, type Path } from './findings';
import { experimentSchema, type Specification } from './specification';

/** One thing that is wrong in a specification's text, with its place. */
export interface SpecificationProblem extends Pick<Finding, 'contradiction' | 'change' | 'rename'> {
  /** Path of the field, e.g. `pruning.ratios[3]`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  /** Offset and length in the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count; a byte order mark is not counted. */
  readonly column: number;
}

/** A specification, or everything that is wrong with its text. */
export type ParsedSpecification =
  | { readonly specification: Specification; readonly problems: readonly [] }
  | { readonly specification?: undefined; readonly problems: readonly SpecificationProblem[] };

/** Deeper than any specification, and far less deep than what overflows the stack. */
const DEEPEST = 100;
/** Problems that a message lists before it only counts them. */
const MOST_LISTED = 20;
const BYTE_ORDER_MARK = '\ufeff';

/** Reads the text of an `experiment.json`; never throws. Problems come in the order of the text. */
export function checkSpecification(text: string): ParsedSpecification {
  // A space keeps offsets what they are in the text.
  const json = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  const errors: ParseError[] = [];
  if (json.trim() === '') return refused(text, 'the file is empty', 0);
  const tooDeep = offsetDeeperThan(DEEPEST, json);
  if (tooDeep !== undefined) return refused(text, `nested more than ${DEEPEST} deep`, tooDeep);
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || !root) return { problems: syntaxProblems(text, errors) };

  const value: unknown = getNodeValue(root);
  // zod's own words break on objects with a strange `toString`; what it finds is put in ours.
  const result = experimentSchema.safeParse(value, { error: () => 'is not allowed' });
  const problems = [
    ...repeatedFields(root).map(({ path, name }) =>
      problemAt(text, name, path, 'is there twice; keep one'),
    ),
    ...findingsOf(result.error?.issues ?? [], value).map(({ path, message, ofName, ...more }) => {
      const field = locate(root, path);
      return { ...problemAt(text, ofName ? field.name : field.value, path, message), ...more };
    }),
  ];
  return result.success && problems.length === 0
    ? { specification: result.data, problems: [] }
    : { problems: problems.sort((a, b) => a.offset - b.offset) };
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
  const [{ line, column, field, message }, ...others] = problems;
  const listed = others.slice(0, MOST_LISTED - 1);
  const lines = [message, ...listed.map((problem) => problemText(problem, file))];
  const left = others.length - listed.length;
  if (left > 0) lines.push(`and ${left} more`);
  return invalid(lines.join('\n'), { file, line, column, field });
}

function problemText({ line, column, field, message }: SpecificationProblem, file: string): string {
  return [`${file}:${line}:${column}`, field, message].filter(Boolean).join(': ');
}

/** Of each line the first error: what follows is mostly its echo. */
function syntaxProblems(text: string, errors: readonly ParseError[]): SpecificationProblem[] {
  const problems = errors.map(({ error, offset, length }) => {
    const what = printParseErrorCode(error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    const found = text.slice(offset, offset + length);
    const message = `not JSON: ${what}${found && `, found ${show(found)}`}`;
    return problemAt(text, { offset, length }, [], message);
  });
  return problems.filter(({ line }, i) => problems.findIndex((other) => other.line === line) === i);
}

function refused(text: string, message: string, offset: number): ParsedSpecification {
  return { problems: [problemAt(text, { offset, length: 0 }, [], message)] };
}

function problemAt(
  text: string,
  node: Pick<Node, 'offset' | 'length'>,
  path: Path,
  message: string,
): SpecificationProblem {
  // After an unfinished comment the scanner stands beyond the end.
  const offset = Math.min(node.offset, text.length);
  const length = Math.min(node.length, text.length - offset);
  return { field: formatPath(path), message, offset, length, ...positionOf(text, offset) };
}

function formatPath(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$]+$/.test(part)) return `[${show(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  const last = lines[lines.length - 1];
  const mark = lines.length === 1 && last.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  return { line: lines.length, column: last.length + 1 - mark };
}

/** Where the first bracket opens that is nested more than `depth` deep. */
function offsetDeeperThan(depth: number, json: string): number | undefined {
  const scanner = createScanner(json, true);
  let open = 0;
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    if (offset >= json.length) return undefined;
    const token = json.slice(offset, offset + scanner.getTokenLength());
    if (token === '[' || token === '{') open++;
    if (token === ']' || token === '}') open--;
    if (open > depth) return offset;
  }
}

interface Located {
  readonly name: Node;
  readonly value: Node;
}

/** A field in the text, the last of its name; of one that is missing the object that should have it. */
function locate(node: Node, [head, ...rest]: Path): Located {
  const missing = { name: node, value: node };
  if (head === undefined) return missing;
  const children = node.children ?? [];
  if (node.type === 'array') {
    const item = children.at(Number(head));
    return item ? locateIn({ name: item, value: item }, rest) : missing;
  }
  const property = children.filter((child) => child.children?.[0].value === head).at(-1);
  const [name, value] = property?.children ?? [];
  return value ? locateIn({ name, value }, rest) : missing;
}

function locateIn(located: Located, rest: Path): Located {
  return rest.length === 0 ? located : locate(located.value, rest);
}

function repeatedFields(node: Node, path: Path = []): { name: Node; path: Path }[] {
  const children = node.children ?? [];
  if (node.type === 'array') {
    return children.flatMap((child, i) => repeatedFields(child, [...path, i]));
  }
  const seen = new Set<string>();
  return children.flatMap((property) => {
    const [name, value] = property.children ?? [];
    const field = String(name.value);
    const inner = [...path, field];
    const repeated = seen.has(field) ? [{ name, path: inner }] : [];
    seen.add(field);
    return [...repeated, ...repeatedFields(value, inner)];
  });
}
