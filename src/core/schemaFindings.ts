import type { z } from 'zod';
import { show } from './errors';

/*
 * What a schema finds wrong with a value, in this project's words: the library that looks for it never
 * speaks to users.
 */

/** Where in a value: names of fields and indices. */
export type Path = readonly (string | number)[];

/** Something that is wrong in a value. */
export interface Finding {
  readonly path: Path;
  /** Whether the field's name is at fault, not its value. */
  readonly ofName?: boolean;
  readonly message: string;
  /** How the field's name was meant, if that can be told. */
  readonly rename?: string;
  /** What a rule of ours says beside its message. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What is wrong in a value, up to a bound. */
export interface Findings {
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly more: number;
}

/** What whoever knows more of the value can say of it. */
export interface FindingWords {
  /** A value as it stands in its text; undefined where there is no text of it. */
  readonly shown?: (path: Path) => string | undefined;
  /** What to say of a field that there is not. */
  readonly unknown?: (
    path: Path,
    name: string,
    root: unknown,
  ) => Pick<Finding, 'message' | 'rename'>;
}

/** One thing that is wrong, not in words yet: there may be very many. */
export interface Fault {
  readonly path: Path;
  readonly issue: Issue;
  /** A field that there is not. */
  readonly unknown?: string;
}

type Issue = z.core.$ZodIssue;

/** Findings that are put in words unless more are asked for. */
export const MOST_FINDINGS = 100;

/** What a rule says that gives no reason; put in other words here. */
const NO_REASON = 'is not allowed';

/**
 * Holds a value against a schema.
 * @returns the value as the schema gives it, or what is wrong with it
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

/** {@link checkValue} without words: there may be very many faults. */
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
 * What a schema found, in words: what is there and what is allowed.
 * @param root the value that was examined
 */
function findingsOf(
  faults: readonly Fault[],
  root: unknown,
  words: FindingWords = {},
  most = MOST_FINDINGS,
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
    for (const inner of meantBranch(issue.errors, valueAt(root, path))) {
      addFaults(faults, inner, [...path, ...(inner.path as Path)], root);
    }
  } else if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) faults.push({ path: [...path, key], issue, unknown: key });
  } else {
    faults.push({ path, issue });
  }
}

/** One fault in words. */
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

/** Path of a field as messages show it, e.g. `pruning.ratios[3]`; empty for the whole. */
export function fieldName(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$]{1,80}$/.test(part)) return `[${show(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');
}

/** The value at a path, undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    root,
  );
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
        : 'expected another text';
    case 'custom':
    case 'invalid_element':
    case 'invalid_union':
    case 'unrecognized_keys':
      return issue.message === NO_REASON ? 'expected something else' : issue.message;
  }
}

/** The schema's names of types, as people call them. */
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
  if (origin === 'array') return `${count} ${Number(count) === 1 ? 'entry' : 'entries'}`;
  return origin === 'string' ? `${count} characters` : String(count);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
