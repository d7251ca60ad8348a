import { isRecord } from './isRecord';
import { counted } from './counted';
import type { z } from 'zod';
import { show } from './errors';

/* Validates values with Zod schemas and words what is wrong in this project's style, never in Zod's. */

/** Location in a value: field names and indices. */
export type Path = readonly (string | number)[];

/** A problem in a value. */
export interface Finding {
  readonly path: Path;
  /** Whether the field's name is at fault, not its value. */
  readonly ofName?: boolean;
  readonly message: string;
  /** The known name that was probably meant. */
  readonly rename?: string;
  /** Additional data from a custom rule. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Problems in a value, up to a limit. */
export interface Findings {
  readonly findings: readonly Finding[];
  /** Number of further problems. */
  readonly more: number;
}

/** Lets a caller that knows more about the value word its problems. */
export interface FindingWords {
  /** A value as written in its source text; undefined where there is none. */
  readonly shown?: (path: Path) => string | undefined;
  /** The message for an unknown field. */
  readonly unknown?: (
    path: Path,
    name: string,
    root: unknown,
  ) => Pick<Finding, 'message' | 'rename'>;
}

/** A problem before it is put in words, since there may be very many. */
export interface Fault {
  readonly path: Path;
  readonly issue: Issue;
  /** Name of an unknown field. */
  readonly unknown?: string;
}

type Issue = z.core.$ZodIssue;

/** Default limit on the number of findings. */
export const MAX_FINDINGS = 100;

/** Placeholder for issues without a message of their own; their messages are made here. */
const NO_REASON = 'is not allowed';

/**
 * Validates a value against a schema.
 * @returns the value as parsed, or its problems
 */
export function checkValue<T extends z.ZodType>(
  schema: T,
  value: unknown,
  words: FindingWords = {},
):
  | { readonly data: z.output<T>; readonly findings?: undefined }
  | ({ readonly data?: undefined } & Findings) {
  const { data, faults } = examine(schema, value);
  return faults ? findingsOf(faults, value, words) : { data };
}

/** {@link checkValue} without messages, since there may be very many faults. */
export function examine<T extends z.ZodType>(
  schema: T,
  value: unknown,
):
  | { readonly data: z.output<T>; readonly faults?: undefined }
  | { readonly data?: undefined; readonly faults: readonly Fault[] } {
  const result = schema.safeParse(value, { error: () => NO_REASON });
  return result.success ? { data: result.data } : { faults: faultsOf(result.error.issues, value) };
}

/**
 * The messages for faults: what was found and what is allowed.
 * @param root the validated value
 */
function findingsOf(
  faults: readonly Fault[],
  root: unknown,
  words: FindingWords = {},
  most = MAX_FINDINGS,
): Findings {
  return {
    findings: faults.slice(0, most).map((fault) => findingOf(fault, root, words)),
    more: Math.max(0, faults.length - most),
  };
}

function faultsOf(issues: readonly Issue[], root: unknown): Fault[] {
  const faults: Fault[] = [];
  for (const issue of issues) addFaults(faults, issue, issue.path as Path, root);
  return faults;
}

function addFaults(faults: Fault[], issue: Issue, path: Path, root: unknown): void {
  const hasWords = issue.message !== NO_REASON;
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && !hasWords) {
    for (const inner of likeliestBranch(issue.errors, valueAt(root, path))) {
      addFaults(faults, inner, [...path, ...(inner.path as Path)], root);
    }
  } else if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) faults.push({ path: [...path, key], issue, unknown: key });
  } else {
    faults.push({ path, issue });
  }
}

/** The message for one fault. */
export function findingOf(
  { path, issue, unknown }: Fault,
  root: unknown,
  words: FindingWords = {},
): Finding {
  if (unknown !== undefined) {
    const said = words.unknown?.(path.slice(0, -1), unknown, root) ?? { message: 'unknown field' };
    return { path, ofName: true, ...said };
  }
  const value = valueAt(root, path);
  const shown = words.shown?.(path) ?? show(value);
  const found = value === undefined ? 'is missing' : `${shown} is not allowed`;
  const params = issue.code === 'custom' ? issue.params : undefined;
  return { path, message: `${found}: ${allowed(issue, value)}`, ...(params && { params }) };
}

/** Path of a field as messages show it, e.g. `pruning.ratios[3]`; empty for the root. */
export function fieldName(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$]{1,80}$/.test(part)) return `[${show(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');
}

/** The value at a path, or undefined. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    root,
  );
}

/** Issues of the union's branch that the author probably meant. */
function likeliestBranch(branches: readonly Issue[][], value: unknown): readonly Issue[] {
  // An object or array is none of a list of choices, whichever these are.
  const isCompound = typeof value === 'object' && value !== null;
  const fitting = branches.filter(
    (issues) => !issues.some((issue) => isOfWrongType(issue) || (isCompound && isChoice(issue))),
  );
  if (fitting.length === 0) {
    const types = branches.flatMap((issues) => issues.filter(isOfWrongType));
    return types.length > 0 ? [expecting(types[0], types.map(allowedType))] : branches[0];
  }
  if (isRecord(value) && 'source' in value) {
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
  const unknownKeys = (issues: readonly Issue[]): number =>
    issues.reduce(
      (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0),
      0,
    );
  return fitting.reduce((a, b) => (unknownKeys(b) < unknownKeys(a) ? b : a));
}

type TypeIssue = Extract<Issue, { code: 'invalid_type' }>;
type ValueIssue = Extract<Issue, { code: 'invalid_value' }>;

function isOfWrongType(issue: Issue): issue is TypeIssue {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function isChoice({ code, path }: Issue): boolean {
  return code === 'invalid_value' && path.length === 0;
}

function isOfSource(issue: Issue): issue is ValueIssue {
  return issue.code === 'invalid_value' && issue.path[0] === 'source';
}

function expecting({ path }: Issue, phrases: readonly string[]): Issue {
  const message = `expected ${[...new Set(phrases)].join(' or ')}`;
  return { code: 'custom', path, message };
}

/** What the schema allows, as a phrase. */
function allowed(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeof value === 'number' && issue.expected === 'number'
        ? `expected a number between -${Number.MAX_VALUE} and ${Number.MAX_VALUE}`
        : `expected ${allowedType(issue)}`;
    case 'invalid_value':
      return `expected ${issue.values.map(show).join(' or ')}`;
    case 'too_small':
      return `expected ${issue.inclusive ? 'at least' : 'more than'} ${quantity(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive ? 'at most' : 'less than'} ${quantity(issue.maximum, issue.origin)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return 'expected another name';
    case 'invalid_format':
      if (issue.message !== NO_REASON) return issue.message;
      return issue.format === 'datetime'
        ? 'expected a date and time such as "2026-01-31T12:00:00Z"'
        : 'expected text in another format';
    case 'custom':
    case 'invalid_element':
    case 'invalid_union':
    case 'unrecognized_keys':
      return issue.message === NO_REASON ? 'expected another value' : issue.message;
  }
}

/** Zod's names of types in plain words. */
const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  record: 'an object',
  never: 'nothing',
  tuple: 'an array',
};

function allowedType({ expected }: TypeIssue): string {
  return TYPES[expected] ?? `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

function quantity(count: number | bigint, origin: string): string {
  if (origin === 'array') return counted(Number(count), 'entry');
  return origin === 'string' ? counted(Number(count), 'character') : String(count);
}
