import { counted } from '../counted';
import { invalid, type LabError, show } from '../errors';
import { BYTE_ORDER_MARK, positionsIn } from '../formats/json/positions';
import { compactJson } from '../formats/json/spans';
import {
  mergeConflicts,
  type SyntaxProblem,
  syntaxProblems,
  tooDeepAt,
} from '../formats/json/syntax';
import {
  isReadAsWritten,
  type JsonNode,
  type JsonReading,
  type JsonSpan,
  readJsonTree,
  valueOf,
} from '../formats/json/tree';
import {
  examine,
  type Fault,
  fieldName,
  type Finding,
  findingOf,
  MAX_FINDINGS,
  type Path,
} from '../schemaFindings';
import type { Change, Contradiction } from './contradictions';
import { fieldNames, unknownField } from './findings';
import { MAX_TEXT_LENGTH } from './maxTextLength';
import { experimentSchema, type Specification } from './specification';
import { MAX_ENTRIES } from './fields';

/** A problem in a specification's text, with its position. */
export interface SpecificationProblem extends JsonSpan, Pick<Finding, 'rename'> {
  /** Path of the field, e.g. `pruning.ratios[3]`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  /** The change that fixes it, where there is only one. */
  readonly change?: Change;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count; a byte order mark does not count. */
  readonly column: number;
}

/** The problems of a text. */
export interface RefusedText {
  readonly specification?: undefined;
  /** The first problems, at most {@link MAX_FINDINGS}. */
  readonly problems: readonly SpecificationProblem[];
  /** Number of further problems; `some` where they were not counted. */
  readonly more?: number | 'some';
}

/** A specification, or the problems of its text. */
export type ParsedSpecification =
  { readonly specification: Specification; readonly problems: readonly [] } | RefusedText;

/** Options of {@link checkSpecification}. */
export interface CheckOptions {
  /** Leaves out JSON syntax errors, which editors report themselves; `problems` may then be empty. */
  readonly grammarIsChecked?: boolean;
}

/** Deeper than any specification, but far from overflowing the stack. */
const MAX_DEPTH = 100;
/** Limit on values in lists: the longest allowed list, and some more. */
const MAX_VALUES = MAX_ENTRIES + 2000;
/** Limit on recorded problems with names and list entries; further ones are only counted. */
const MAX_RECORDED = 1000;

/**
 * Reads the text of an `experiment.json`; never throws. Problems are in the order of the text. The time is
 * linear in the length of the text, however many problems it has.
 */
export function checkSpecification(text: string, options: CheckOptions = {}): ParsedSpecification {
  if (text.length > MAX_TEXT_LENGTH) {
    const message = `the file has ${counted(text.length, 'character')}; at most ${MAX_TEXT_LENGTH} are allowed`;
    return refused(text, [{ offset: 0, length: 0, message }]);
  }
  // A space in place of the byte order mark keeps offsets unchanged.
  const json = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  if (json.trim() === '') {
    return refused(text, [{ offset: 0, length: 0, message: 'the file is empty' }]);
  }
  const known = fieldNames();
  const { root, error, repeated, rounded, passed, tooMany } = readJsonTree(json, {
    wants: (name) => known.has(name),
    maxDepth: MAX_DEPTH,
    maxValues: MAX_VALUES,
    maxUnexpected: MAX_RECORDED,
  });
  if (error || !root) return notJson(text, json, error, options);

  const value = valueOf(root);
  const { data, faults = [] } = examine(experimentSchema, value);
  const faulty = faults.map((fault) => ({ ...spanOf(root, fault), path: fault.path, fault }));
  const ofFaults = new Set(rounded.length > 0 ? faulty.map(({ offset }) => offset) : []);
  const places: Place[] = [
    ...repeated.map(({ path, offset, length }) => ({ path, offset, length, message: TWICE })),
    ...faulty,
    ...rounded
      .filter(({ offset }) => !ofFaults.has(offset))
      .map((span) => ({ ...span, message: roundedText(json, span) })),
    ...(tooMany === undefined ? [] : [{ path: [], offset: tooMany, length: 0, message: TOO_MANY }]),
  ];
  if (data && places.length === 0 && passed === 0) return { specification: data, problems: [] };
  const shown = (path: Path): string | undefined => {
    const node = nodeAt(root, path);
    return node && shownNode(node, json);
  };
  const at = positionsIn(text);
  const problems = places
    .sort((a, b) => a.offset - b.offset)
    .slice(0, MAX_FINDINGS)
    .map(({ path, offset, length, message = '', fault }): SpecificationProblem => {
      const said = fault
        ? wordsOf(findingOf(fault, value, { shown, unknown: unknownField }))
        : { message };
      return { field: fieldName(path), offset, length, ...at(offset), ...said };
    });
  return { problems, more: places.length - problems.length + passed };
}

/**
 * Reads the text of an `experiment.json`.
 * @param file its path, for the message
 * @throws LabError that lists all problems with line, column, field, value and what is allowed
 */
export function parseSpecification(text: string, file: string): Specification {
  const parsed = checkSpecification(text);
  if (!parsed.specification) throw specificationError(parsed, file);
  return parsed.specification;
}

function specificationError({ problems, more }: RefusedText, file: string): LabError {
  const [{ line, column, field, message }, ...others] = problems;
  const lines = [message, ...others.map((problem) => problemText(problem, file))];
  if (more) lines.push(moreProblems(more));
  return invalid(lines.join('\n'), { file, line, column, field });
}

/** The line that follows the listed problems. */
export function moreProblems(more: number | 'some'): string {
  return more === 'some' ? 'and more' : `and ${more} more`;
}

function problemText({ line, column, field, message }: SpecificationProblem, file: string): string {
  return [`${file}:${line}:${column}`, field, message].filter(Boolean).join(': ');
}

const TOO_MANY = `the lists of an experiment may hold at most ${MAX_VALUES} values in total; this value exceeds the limit`;
const TWICE = 'appears twice; keep one';

/** A problem at a position, either with a message or with a fault to word later. */
interface Place extends JsonSpan {
  readonly path: Path;
  readonly message?: string;
  readonly fault?: Fault;
}

function wordsOf({
  message,
  rename,
  params,
}: Finding): Pick<SpecificationProblem, 'message' | 'rename' | 'change'> {
  const { change } = (params?.contradiction ?? {}) as Partial<Contradiction>;
  return {
    message,
    ...(rename !== undefined && { rename }),
    ...(change && { change }),
  };
}

function notJson(
  text: string,
  json: string,
  { offset, tooDeep }: NonNullable<JsonReading['error']> = { offset: 0, tooDeep: false },
  { grammarIsChecked = false }: CheckOptions,
): RefusedText {
  if (tooDeep) return refused(text, [tooDeepAt(offset, MAX_DEPTH)]);
  if (grammarIsChecked) return refused(text, mergeConflicts(json, MAX_FINDINGS).problems);
  const { problems, unfinished } = syntaxProblems(json, MAX_DEPTH, MAX_FINDINGS);
  if (problems.length === 0) {
    const found = json.slice(offset, offset + 20);
    return refused(text, [{ offset, length: 0, message: `not JSON: found ${show(found)}` }]);
  }
  return { ...refused(text, problems), ...(unfinished && { more: 'some' }) };
}

function refused(text: string, found: readonly SyntaxProblem[]): RefusedText {
  const at = positionsIn(text);
  const problems = found.map(({ message, offset, length }): SpecificationProblem => {
    // After an unterminated comment the scanner is beyond the end.
    const start = Math.min(offset, text.length);
    const within = Math.min(length, text.length - start);
    return { field: '', message, offset: start, length: within, ...at(start) };
  });
  return { problems };
}

/** The node at a path. */
function nodeAt(root: JsonNode, path: Path): JsonNode | undefined {
  return path.reduce<JsonNode | undefined>(
    (node, part) =>
      typeof part === 'number' ? node?.items?.[part] : node?.members?.get(part)?.node,
    root,
  );
}

/** The span to point at: an unknown name, a value, or the object that lacks the field. */
function spanOf(root: JsonNode, { path, unknown }: Fault): JsonSpan {
  const parent = nodeAt(root, path.slice(0, -1));
  const name = unknown === undefined ? undefined : parent?.members?.get(unknown)?.name;
  if (name) return name;
  for (let length = path.length; ; length--) {
    const { offset, length: width } = nodeAt(root, path.slice(0, length)) ?? {};
    if (offset !== undefined && width !== undefined) return { offset, length: width };
  }
}

function roundedText(json: string, { offset, length }: JsonSpan): string {
  return `${compactJson(json, offset, length)} is not allowed: it has more digits than a number can hold`;
}

/** A value with the digits of the text, and the number it is read as where they differ. */
function shownNode({ type, value, offset, length }: JsonNode, json: string): string {
  const text = compactJson(json, offset, length);
  const differs =
    type === 'number' && !isReadAsWritten(json.slice(offset, offset + length), Number(value));
  return differs ? `${text} (read as ${value})` : text;
}
