import { z } from 'zod';
import { invalid, show, type LabError } from '../../core/errors';
import { findingsOf, type Path } from '../../core/experiment/findings';
import { experimentSchema, type Specification } from '../../core/experiment/specification';
import { meantName } from '../../core/meantName';
import { plainCopy } from './plain';

/*
 * The door of the module: what comes in is held against a schema made of the sections of an experiment, and
 * what is wrong is told in the words of an `experiment.json`'s problems.
 */

/** Problems that a message lists before it only counts them. */
const MOST_LISTED = 20;

/** Something that is wrong in an argument. */
interface Problem {
  readonly path: Path;
  readonly message: string;
}

/**
 * An argument as its schema gives it: checked, with defaults for what is left out.
 * @param name of the argument; fields of options are named without it
 * @throws LabError that lists every field that is wrong, with its value and what is allowed
 */
export function checked<T extends z.ZodType>(schema: T, value: unknown, name: string): z.output<T> {
  return held(schema, plainCopy(value, name), (path) => (path.length > 0 ? path : [name]));
}

/** As {@link checked}, of a value that is data, not options: its fields are named with its name. */
export function checkedPart<T extends z.ZodType>(
  schema: T,
  value: unknown,
  name: string,
): z.output<T> {
  return held(schema, plainCopy(value, name), (path) => [name, ...path]);
}

/**
 * A specification with every default filled in, of a value as `experiment.json` would hold it.
 * @throws LabError that lists every field that is wrong, with its value and what is allowed
 */
export function checkedExperiment(value: unknown): Specification {
  const copy = plainCopy(value, 'experiment');
  const result = experimentSchema.safeParse(copy, { error: () => 'is not allowed' });
  if (result.success) return result.data;
  throw refusal(
    findingsOf(result.error.issues, copy).map(({ path, message }) => {
      return { path: path.length > 0 ? path : ['experiment'], message };
    }),
  );
}

function held<T extends z.ZodType>(
  schema: T,
  value: unknown,
  named: (path: Path) => Path,
): z.output<T> {
  const result = schema.safeParse(value, { error: () => 'is not allowed' });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue): Problem[] => {
    if (issue.code !== 'unrecognized_keys') return findingsOf([issue], value);
    const path = issue.path as Path;
    const known = fieldsAt(schema, path);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownField(key, known) }));
  });
  throw refusal(problems.map(({ path, message }) => ({ path: named(path), message })));
}

function refusal(problems: readonly Problem[]): LabError {
  const [{ path, message }, ...others] = problems;
  const listed = others.slice(0, MOST_LISTED - 1);
  const lines = listed.map((problem) => `${fieldName(problem.path)}: ${problem.message}`);
  const left = others.length - listed.length;
  const more = left > 0 ? [`and ${left} more`] : [];
  return invalid([message, ...lines, ...more].join('\n'), { field: fieldName(path) });
}

function fieldName(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (i === 0) return part;
      return /^[\w$]{1,80}$/.test(part) ? `.${part}` : `[${show(part)}]`;
    })
    .join('');
}

function unknownField(key: string, known: readonly string[]): string {
  const meant = meantName(key, known);
  return meant === undefined
    ? `unknown field; known here: ${known.join(', ')}`
    : `unknown field; did you mean ${show(meant)}?`;
}

/** Names of the fields that the object at a path may have. */
function fieldsAt(schema: z.ZodType, path: Path): string[] {
  const at = path.reduce<unknown>((inner, part) => {
    const own = unwrapped(inner);
    if (own instanceof z.ZodObject) return (own.shape as Record<string, unknown>)[part];
    return own instanceof z.ZodArray ? own.element : undefined;
  }, schema);
  const own = unwrapped(at);
  return own instanceof z.ZodObject ? Object.keys(own.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap())
    : schema;
}
