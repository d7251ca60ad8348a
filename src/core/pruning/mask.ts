import { counted } from '../counted';
import { invalid, show } from '../errors';
import { hiddenWidths, layersOf, parameterCount, type Layout } from '../network/layout';
import type { Specimen } from '../network/specimen';
import { requireWeightMask } from './weightMask';

/** Per hidden layer, ascending: original indices of units. */
export type Units = readonly (readonly number[])[];

/** The units before and after a pruning. Plain JSON. It does not record masked weights. */
export interface PruningMask {
  readonly units: Units;
  /** Subset of `units`, at least one in each layer. */
  readonly kept: Units;
}

/**
 * The mask of all prunings between two states of a specimen.
 * @throws LabError naming layer and unit where `after` has a unit that `before` lacks
 */
export function maskOf(before: Specimen, after: Specimen): PruningMask {
  requirePart(after.units, before.units, 'after.units');
  return { units: before.units, kept: after.units };
}

/**
 * The specimen with only the given units: removes the rows and biases of all others, and the columns that
 * read them. A mask of weights and a movement keep their entries of the remaining parameters. Returns a copy.
 * @param kept original indices, as in the specimen's `units`
 * @throws LabError naming layer and unit where `kept` is not an ascending, non-empty subset of the
 *   specimen's units, or the specimen's mask does not have one entry for each parameter
 */
export function applyMask(specimen: Specimen, kept: Units): Specimen {
  const { layout, units, mask, movement } = specimen;
  const layers = layersOf(specimen);
  requireUnits(specimen);
  requireWeightMask(specimen);
  const positions = [
    range(layout.widths[0]),
    ...requirePart(kept, units, 'kept'),
    range(layout.widths[layers.length]),
  ];
  const smaller: Layout = { ...layout, widths: positions.map((layer) => layer.length) };
  const places = new Uint32Array(parameterCount(smaller));
  let next = 0;
  let start = 0;
  layers.forEach(({ weights, biases, inputs }, l) => {
    for (const row of positions[l + 1]) {
      for (const column of positions[l]) places[next++] = start + row * inputs + column;
    }
    for (const row of positions[l + 1]) places[next++] = start + weights.length + row;
    start += weights.length + biases.length;
  });
  const parameters = new Float32Array(places.length);
  for (let i = 0; i < places.length; i++) parameters[i] = specimen.parameters[places[i]];
  return {
    ...specimen,
    layout: smaller,
    parameters,
    units: kept.map((layer) => [...layer]),
    ...(mask && { mask: Uint8Array.from(places, (place) => mask[place]) }),
    ...(movement && { movement: Float32Array.from(places, (place) => movement[place]) }),
  };
}

/**
 * Prunes a specimen by a recorded mask. Its numbers of inputs and outputs may differ from the original's. Its own
 * masked weights remain masked.
 * @throws LabError unless the specimen has exactly the units that the mask starts from
 */
export function replayMask(specimen: Specimen, mask: PruningMask): Specimen {
  requireSameUnits(specimen.units, mask.units, 'the specimen', 'mask.units');
  return applyMask(specimen, mask.kept);
}

/**
 * One mask with the effect of two in a row.
 * @throws LabError unless the second starts from the units that the first keeps
 */
export function composeMasks(first: PruningMask, second: PruningMask): PruningMask {
  requireSameUnits(first.kept, second.units, 'the first mask', 'second.units');
  return { units: first.units, kept: second.kept };
}

/** @throws LabError unless the specimen names as many units as each hidden layer is wide */
export function requireUnits({ layout, units }: Specimen): void {
  const widths = hiddenWidths(layout);
  requireLayers(units, widths.length, 'units');
  units.forEach((layer, l) => {
    if (layer.length === widths[l]) return;
    throw invalid(`hidden layer ${l} has ${counted(widths[l], 'unit')}, not ${layer.length}`, {
      field: `units[${l}]`,
    });
  });
}

/**
 * Positions of the kept units in their layers.
 * @throws LabError naming layer and unit unless each layer keeps an ascending, non-empty subset of its units
 */
export function requirePart(kept: Units, units: Units, field: string): number[][] {
  requireLayers(kept, units.length, field);
  return kept.map((layer, l) => positionsIn(units[l], layer, l, `${field}[${l}]`));
}

function positionsIn(
  units: readonly number[],
  kept: readonly number[],
  layer: number,
  field: string,
): number[] {
  if (kept.length === 0)
    throw invalid(`hidden layer ${layer} must keep at least one unit`, { field });
  const positionOf = new Map(units.map((unit, position) => [unit, position]));
  return kept.map((unit, i) => {
    const position = positionOf.get(unit);
    if (position === undefined) {
      throw invalid(`hidden layer ${layer} has no unit ${show(unit)}`, { field: `${field}[${i}]` });
    }
    if (i > 0 && unit <= kept[i - 1]) {
      throw invalid(
        `units of hidden layer ${layer} must ascend: ${show(unit)} after ${show(kept[i - 1])}`,
        { field: `${field}[${i}]` },
      );
    }
    return position;
  });
}

function requireLayers(units: Units, layers: number, field: string): void {
  if (units.length !== layers) {
    throw invalid(`must hold one list for each of ${layers} hidden layers, not ${units.length}`, {
      field,
    });
  }
}

/** @param owner of the actual units, for the message */
function requireSameUnits(actual: Units, wanted: Units, owner: string, field: string): void {
  requireLayers(wanted, actual.length, field);
  actual.forEach((layer, l) => {
    const [own, listed] = [new Set(layer), new Set(wanted[l])];
    const missing = wanted[l].find((unit) => !own.has(unit));
    if (missing !== undefined) {
      throw invalid(`${owner} has no unit ${show(missing)} in hidden layer ${l}`, {
        field: `${field}[${l}]`,
      });
    }
    const extra = layer.find((unit) => !listed.has(unit));
    if (extra !== undefined) {
      throw invalid(
        `${owner} has unit ${show(extra)} in hidden layer ${l}, which the mask does not list`,
        { field: `${field}[${l}]` },
      );
    }
  });
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
