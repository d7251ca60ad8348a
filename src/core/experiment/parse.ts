import { invalid, show, type LabError } from '../errors';
import { compactJson } from '../formats/json/compact';
import { isReadAsWritten } from '../formats/json/number';
import { BYTE_ORDER_MARK, positionsIn } from '../formats/json/positions';
import {
  mergeConflicts,
  syntaxProblems,
  tooDeepAt,
  type SyntaxProblem,
} from '../formats/json/syntax';
import {
  readJsonTree,
  valueOf,
  type JsonNode,
  type JsonReading,
  type JsonSpan,
} from '../formats/json/tree';
import {
  examine,
  fieldName,
  findingOf,
  MOST_FINDINGS,
  type Fault,
  type Finding,
  type Path,
} from '../schemaFindings';
import type { Change, Contradiction } from './contradictions';
import { fieldNames, unknownField } from './findings';
import { LONGEST_TEXT } from './longestText';
import { experimentSchema, MOST_ENTRIES, type Specification } from './specification';

/** One thing that is wrong in a specification's text, with its place. */
export interface SpecificationProblem extends JsonSpan, Pick<Finding, 'rename'> {
  /** Path of the field, e.g. `pruning.ratios[3]`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  /** What would be right, where only one thing would. */
  readonly change?: Change;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count; a byte order mark is not counted. */
  readonly column: number;
}

/** What is wrong with a text. */
export interface RefusedText {
  readonly specification?: undefined;
  /** The first of them, {@link MOST_FINDINGS} at most. */
  readonly problems: readonly SpecificationProblem[];
  /** How many more there are; `some` where they were not counted. */
  readonly more?: number | 'some';
}

/** A specification, or what is wrong with its text. */
export type ParsedSpecification =
  { readonly specification: Specification; readonly problems: readonly [] } | RefusedText;

/** How to look at a text. */
export interface CheckOptions {
  /** Leaves out errors of JSON's grammar, which an editor reports by itself: there may be no problems then. */
  readonly grammarIsChecked?: boolean;
}

/** Deeper than any specification, and far less deep than what overflows the stack. */
const DEEPEST = 100;
/** Entries of lists that are looked at: as many as the longest list may have, and some. */
const MOST_VALUES = MOST_ENTRIES + 2000;
/** Names that are no fields or repeated, and entries that are no numbers; the rest is only counted. */
const MOST_STRANGE = 1000;

/**
 * Reads the text of an `experiment.json`; never throws. Problems come in the order of the text; the time
 * it takes grows with the length of the text, however much is wrong.
 */
export function checkSpecification(text: string, options: CheckOptions = {}): ParsedSpecification {
  if (text.length > LONGEST_TEXT) {
    const message = `the file is ${text.length} characters long; ${LONGEST_TEXT} are the most that is read`;
    return refused(text, [{ offset: 0, length: 0, message }]);
  }
  // A space keeps offsets what they are in the text.
  const json = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  if (json.trim() === '') {
    return refused(text, [{ offset: 0, length: 0, message: 'the file is empty' }]);
  }
  const known = fieldNames();
  const { root, error, repeated, rounded, passed, tooMany } = readJsonTree(json, {
    wants: (name) => known.has(name),
    deepest: DEEPEST,
    mostValues: MOST_VALUES,
    mostStrange: MOST_STRANGE,
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
    .slice(0, MOST_FINDINGS)
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
 * @throws LabError that lists what is wrong with line, column, field, value and what is allowed
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

/** The line that follows the problems that are listed. */
export function moreProblems(more: number | 'some'): string {
  return more === 'some' ? 'and more' : `and ${more} more`;
}

function problemText({ line, column, field, message }: SpecificationProblem, file: string): string {
  return [`${file}:${line}:${column}`, field, message].filter(Boolean).join(': ');
}

const TOO_MANY = `the lists of an experiment hold at most ${MOST_VALUES} values together; this one is beyond`;
const TWICE = 'is there twice; keep one';

/** Something that is wrong somewhere, with or without words yet. */
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
  if (tooDeep) return refused(text, [tooDeepAt(offset, DEEPEST)]);
  if (grammarIsChecked) return refused(text, mergeConflicts(json, MOST_FINDINGS).problems);
  const { problems, unfinished } = syntaxProblems(json, DEEPEST, MOST_FINDINGS);
  if (problems.length === 0) {
    const found = json.slice(offset, offset + 20);
    return refused(text, [{ offset, length: 0, message: `not JSON: found ${show(found)}` }]);
  }
  return { ...refused(text, problems), ...(unfinished && { more: 'some' }) };
}

function refused(text: string, found: readonly SyntaxProblem[]): RefusedText {
  const at = positionsIn(text);
  const problems = found.map(({ message, offset, length }): SpecificationProblem => {
    // After an unfinished comment the scanner stands beyond the end.
    const start = Math.min(offset, text.length);
    const within = Math.min(length, text.length - start);
    return { field: '', message, offset: start, length: within, ...at(start) };
  });
  return { problems };
}

/** The value at a path. */
function nodeAt(root: JsonNode, path: Path): JsonNode | undefined {
  return path.reduce<JsonNode | undefined>(
    (node, part) =>
      typeof part === 'number' ? node?.items?.[part] : node?.members?.get(part)?.node,
    root,
  );
}

/** What to point at: a name that is not known, a value, or the object that lacks the field. */
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
  return `${compactJson(json, offset, length)} is not allowed: more digits than a number can hold`;
}

/** A value with the digits of the text, and what they are read as where that is something else. */
function shownNode({ type, value, offset, length }: JsonNode, json: string): string {
  const text = compactJson(json, offset, length);
  const differs =
    type === 'number' && !isReadAsWritten(json.slice(offset, offset + length), Number(value));
  return differs ? `${text} (read as ${value})` : text;
}
