import { z } from 'zod';
import { invalid, show, type LabError } from '../../core/errors';
import { unknownField as unknownOfExperiment } from '../../core/experiment/findings';
import { experimentSchema, type Specification } from '../../core/experiment/specification';
import { closestName } from '../../core/closestName';
import { checkValue, fieldName, type Path } from '../../core/schemaFindings';
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
  const result = checkValue(experimentSchema, copy, { unknown: unknownOfExperiment });
  if (!result.findings) return result.data;
  const { findings, more } = result;
  throw refusal(
    findings.map(({ path, message }) => {
      return { path: path.length > 0 ? path : ['experiment'], message };
    }),
    more,
  );
}

function held<T extends z.ZodType>(
  schema: T,
  value: unknown,
  named: (path: Path) => Path,
): z.output<T> {
  const result = checkValue(schema, value, {
    unknown: (path, key) => unknownField(key, fieldsAt(schema, path)),
  });
  if (!result.findings) return result.data;
  const { findings, more } = result;
  throw refusal(
    findings.map(({ path, message }) => ({ path: named(path), message })),
    more,
  );
}

/** @param unlisted how many problems there are beside those that are given */
function refusal(problems: readonly Problem[], unlisted: number): LabError {
  const [{ path, message }, ...others] = problems;
  const listed = others.slice(0, MOST_LISTED - 1);
  const lines = listed.map((problem) => `${fieldOf(problem.path)}: ${problem.message}`);
  const left = others.length - listed.length + unlisted;
  const more = left > 0 ? [`and ${left} more`] : [];
  return invalid([message, ...lines, ...more].join('\n'), { field: fieldOf(path) });
}

/** The argument by its name, which may be a path itself, then the way within it. */
function fieldOf([name, ...within]: Path): string {
  const first = '_';
  return String(name) + fieldName([first, ...within]).slice(first.length);
}

function unknownField(key: string, known: readonly string[]): { message: string } {
  const meant = closestName(key, known);
  return {
    message:
      meant === undefined
        ? `unknown field; known fields are ${known.join(', ')}`
        : `unknown field; did you mean ${show(meant)}?`,
  };
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
