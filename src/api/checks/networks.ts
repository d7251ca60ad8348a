import { counted } from '../../core/counted';
import { z } from 'zod';
import { invalid } from '../../core/errors';
import { ACTIVATIONS, parameterCount, type Layout, type Network } from '../../core/network/layout';
import type { Specimen } from '../../core/network/specimen';
import { requirePart, type PruningMask } from '../../core/pruning/mask';
import { requireWeightMask } from '../../core/pruning/weightMask';
import { SECTIONS } from '../../core/experiment/specification';
import { fieldsOf, listOf, numbersOf, refused, requireCount, requireFinite } from './arrays';
import { checkedPart } from './checked';

/** Limit on the numbers in an array, 400 MB of float32. */
export const MAX_NUMBERS = 100_000_000;

const width = SECTIONS.specimen.shape.hidden.element;

const layoutSchema = z.strictObject({
  widths: z
    .array(width)
    .refine(({ length }) => length >= 2, 'expected at least 2 entries, inputs and outputs'),
  activations: z.array(z.enum(ACTIVATIONS)),
});

/**
 * Checks a layout.
 * @throws LabError naming the invalid field
 */
export function checkedLayout(value: unknown, name: string): Layout {
  const layout = checkedPart(layoutSchema, value, name);
  const { widths, activations } = layout;
  const hidden = widths.length - 2;
  requireCount(activations, hidden, 'hidden layers there are', `${name}.activations`);
  const parameters = parameterCount(layout);
  if (parameters > MAX_NUMBERS) {
    throw invalid(
      `a network of ${counted(parameters, 'parameter')} would take too much memory; the limit is ${MAX_NUMBERS}`,
      { field: `${name}.widths` },
    );
  }
  return layout;
}

/**
 * Checks a network; its parameters are not copied.
 * @throws LabError naming the invalid field
 */
export function checkedNetwork(value: unknown, name: string): Network {
  const fields = ['layout', 'parameters'] as const;
  const { layout: given, parameters } = fieldsOf(value, fields, name, 'a network');
  const layout = checkedLayout(given, `${name}.layout`);
  return { layout, parameters: checkedParameters(layout, parameters, `${name}.parameters`) };
}

/** Checks parameters: finite, and as many as the layout requires. @throws LabError for others */
export function checkedParameters(layout: Layout, value: unknown, field: string): Float32Array {
  const parameters = numbersOf(value, field, 'Float32Array');
  const widths = layout.widths.join('-');
  requireCount(parameters, parameterCount(layout), `a network of widths ${widths} has`, field);
  requireFinite(parameters, field);
  return parameters;
}

/**
 * Checks a specimen; its parameters are not copied.
 * @throws LabError naming the invalid field
 */
export function checkedSpecimen(value: unknown, name: string): Specimen {
  const { units, mask } = fieldsOf(value, ['units', 'mask'], name, 'a specimen');
  const network = checkedNetwork(value, name);
  const specimen = { ...network, units: checkedUnits(network.layout, units, `${name}.units`) };
  if (mask === undefined) return specimen;
  const field = `${name}.mask`;
  const masked = { ...specimen, mask: numbersOf(mask, field, 'Uint8Array') };
  requireWeightMask(masked, field, { zeros: true });
  return masked;
}

function checkedUnits({ widths }: Layout, value: unknown, field: string): Specimen['units'] {
  const hidden = widths.slice(1, -1);
  const layers = listOf(value, field);
  requireCount(layers, hidden.length, 'hidden layers there are', field);
  return hidden.map((count, l) => {
    const place = `${field}[${l}]`;
    const units = listOf(layers[l], place);
    requireCount(units, count, `units of hidden layer ${l} there are`, place);
    requireAscending(units, place);
    return units;
  });
}

function requireAscending(units: readonly unknown[], place: string): asserts units is number[] {
  units.forEach((unit, k) => {
    const before = k > 0 ? Number(units[k - 1]) : -1;
    if (Number.isInteger(unit) && Number(unit) > before && Number(unit) < 2 ** 32) return;
    const least = k > 0 ? `more than ${before}, the one before` : 'at least 0';
    throw refused(unit, `a whole number, ${least}`, `${place}[${k}]`);
  });
}

const MASK_FIELDS = ['units', 'kept'] as const;

/**
 * Checks a mask: units ascend, and the kept ones are a subset of them.
 * @throws LabError naming the invalid field
 */
export function checkedMask(value: unknown, name: string): PruningMask {
  const given = fieldsOf(value, MASK_FIELDS, name, 'a mask');
  const [units, kept] = MASK_FIELDS.map((key) =>
    listOf(given[key], `${name}.${key}`).map((layer, l) => {
      const place = `${name}.${key}[${l}]`;
      const entries = listOf(layer, place);
      requireAscending(entries, place);
      return entries;
    }),
  );
  requirePart(kept, units, `${name}.kept`);
  return { units, kept };
}
