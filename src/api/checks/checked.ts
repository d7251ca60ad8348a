import { z } from 'zod';
import { invalid, show, type LabError } from '../../core/errors';
import { unknownField as unknownOfExperiment } from '../../core/experiment/findings';
import { experimentSchema, type Specification } from '../../core/experiment/specification';
import { closestName } from '../../core/closestName';
import { checkValue, fieldName, type Path } from '../../core/schemaFindings';
import { plainCopy } from './plain';

/*
 * Checks the arguments of the module's functions by schemas made of the sections of an experiment, and words
 * problems as for `experiment.json`.
 */

/** Number of problems that a message lists before it only counts them. */
const MAX_LISTED = 20;

/** A problem in an argument. */
interface Problem {
  readonly path: Path;
  readonly message: string;
}

/**
 * An argument as parsed by its schema: checked, with defaults filled in.
 * @param name of the argument; fields of options are named without it
 * @throws LabError that lists every invalid field, with its value and what is allowed
 */
export function checked<T extends z.ZodType>(schema: T, value: unknown, name: string): z.output<T> {
  return held(schema, plainCopy(value, name), (path) => (path.length > 0 ? path : [name]));
}

/** Like {@link checked}, for data rather than options: names of fields begin with the argument's name. */
export function checkedPart<T extends z.ZodType>(
  schema: T,
  value: unknown,
  name: string,
): z.output<T> {
  return held(schema, plainCopy(value, name), (path) => [name, ...path]);
}

/**
 * A specification with every default filled in, from a value as in `experiment.json`.
 * @throws LabError that lists every invalid field, with its value and what is allowed
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

/** @param unlisted number of further problems */
function refusal(problems: readonly Problem[], unlisted: number): LabError {
  const [{ path, message }, ...others] = problems;
  const listed = others.slice(0, MAX_LISTED - 1);
  const lines = listed.map((problem) => `${fieldOf(problem.path)}: ${problem.message}`);
  const left = others.length - listed.length + unlisted;
  const more = left > 0 ? [`and ${left} more`] : [];
  return invalid([message, ...lines, ...more].join('\n'), { field: fieldOf(path) });
}

/** The name of the argument, which may be a path itself, followed by the path within it. */
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

/** Names of the allowed fields of the object at a path. */
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
