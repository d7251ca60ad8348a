import { placeOf, type Place } from '../experiments/commandTarget';

/**
 * The places that the arguments of a command mean: `{ runs }` with folders, an item of a tree and all that
 * is selected beside it, or one of what {@link placeOf} reads. Each place once, in their order.
 */
export function placesOf(argument: unknown, selected?: unknown): Place[] {
  const all = Array.isArray(selected) && selected.length > 0 ? selected : itemsOf(argument);
  const found = new Map<string, Place>();
  for (const item of all as unknown[]) {
    const place = placeOf(item);
    if (place) found.set(place.run ?? place.experiment, place);
  }
  return [...found.values()];
}

function itemsOf(argument: unknown): readonly unknown[] {
  if (Array.isArray(argument)) return argument;
  const runs = typeof argument === 'object' && argument !== null && 'runs' in argument;
  // An entry of the index has runs as well, but those are not folders.
  return runs && Array.isArray(argument.runs) && argument.runs.every(isText)
    ? argument.runs
    : [argument];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
