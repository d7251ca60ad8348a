import { inspect } from 'node:util';
import { LabError } from '../../../core/errors';
import type { CellError } from '../../../protocol/kernel';
import { CellSyntaxError, type CellPlace } from './compileCell';

/** Where a place of a cell's program comes from, by the program's name. */
export type Origins = ReadonlyMap<string, (place: CellPlace) => CellPlace>;

const FRAME = /^\s+at /;
const PLACE = /(cell \[\d+\]):(\d+):(\d+)/;

/**
 * What was thrown, for whoever wrote the cell: of the stack only what is theirs, with the places of the
 * cell as it was written.
 * @param ours whether a frame belongs to the kernel
 */
export function describeThrown(
  thrown: unknown,
  cell: string,
  origins: Origins,
  ours: (frame: string) => boolean,
): CellError {
  if (thrown instanceof CellSyntaxError) return describeSyntax(thrown, cell);
  if (!isErrorLike(thrown)) {
    const message = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { name: 'Thrown', message, stack: `Thrown: ${message}` };
  }
  const { name, message } = thrown;
  const frames = framesOf(thrown).filter((frame) => !ours(frame));
  const shown = frames.map((frame) => inCell(frame, origins));
  const place = PLACE.exec(shown.find((frame) => PLACE.test(frame)) ?? '');
  const title = message === '' ? name : `${name}: ${message}`;
  const { cause } = thrown;
  const reason =
    cause === undefined || thrown instanceof LabError
      ? []
      : [`caused by ${describeThrown(cause, cell, origins, ours).stack}`];
  return {
    name,
    message,
    stack: [title, ...shown, ...reason].join('\n'),
    ...(place?.[1] === cell && { line: Number(place[2]), column: Number(place[3]) }),
  };
}

function describeSyntax({ name, message, place }: CellSyntaxError, cell: string): CellError {
  const at = place ? `\n    at ${cell}:${place.line}:${place.column}` : '';
  return { name, message, stack: `${name}: ${message}${at}`, ...place };
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

/** Errors of other realms, too. */
function isErrorLike(value: unknown): value is ErrorLike {
  const error = value as Partial<ErrorLike> | null | undefined;
  return (
    value instanceof Error ||
    (typeof error === 'object' &&
      typeof error?.name === 'string' &&
      typeof error.message === 'string' &&
      typeof error.stack === 'string')
  );
}

function framesOf({ stack }: ErrorLike): string[] {
  return (typeof stack === 'string' ? stack : '').split('\n').filter((line) => FRAME.test(line));
}

/** The frame with the place as it was written, and without the function that the kernel put around it. */
function inCell(frame: string, origins: Origins): string {
  const found = PLACE.exec(frame);
  const origin = found && origins.get(found[1]);
  if (!origin) return frame;
  const { line, column } = origin({ line: Number(found[2]), column: Number(found[3]) });
  return frame.replace(PLACE, `$1:${line}:${column}`);
}
