import { counted } from '../../core/counted';
import { z } from 'zod';
import { invalid } from '../../core/errors';
import { storedMatrix, type StoredMatrix } from '../../core/attribution/matrix';
import type { Checkpoint } from '../../core/experiment/events';
import { checkpointName, isArmName, legOf, PHASES } from '../../core/experiment/plan';
import type { Tensor } from '../../core/formats/tensor';
import { hiddenWidths, layersOf, parameterCount } from '../../core/network/layout';
import type { Specimen } from '../../core/network/specimen';

/*
 * How checkpoints are named and laid out in safetensors files. Of checkpoint `42-dense/training/50`:
 *   42-dense/training/50                  F32 [neurons, features]  its attribution matrix, of the first reading
 *   42-dense/training/50/units            U32 [neurons]            each row's unit in the unpruned layer
 *   42-dense/training/50/KEY              F32 [neurons, features]  the matrix of another reading, such as
 *                                                                  `distribution` or `one-hot.post-activation`
 *   42-dense/training/50/signed           F32 [neurons, features]  signed means, if the first reading is of the
 *                                                                  probe `distribution`: the matrix holds magnitudes
 *   42-dense/training/50/KEY/signed       F32 [neurons, features]  the same of another reading
 *   42-dense/training/50/layers.N.weight  F32 [outputs, inputs]    its Linear layers
 *   42-dense/training/50/layers.N.bias    F32 [outputs]
 *   42-dense/training/50/units.N          U32 [width]              each hidden unit's unpruned index
 *   42-imp-0.5/retraining/50/mask         U8  [parameters]         0 for masked parameters, if there are any
 *   42-dense/training/50/movement         F32 [parameters]         −Σ w·∂L/∂w, if an arm ranks weights by it
 *   42-dense/training/50/mean, …/square   F32 [parameters]         the optimiser's state, if retraining keeps it
 * Weights are exact; attributions are float64 rounded to float32.
 */

const checkpointFields = {
  name: z.string(),
  seed: z.int(),
  arm: z.string().refine(isArmName),
  requested: z.number().nullable(),
  step: z.int().min(1).optional(),
  phase: z.enum(PHASES),
  epoch: z.int(),
};

/** Metadata of an attribution matrix. */
export const attributionInfoSchema = z.object({
  ...checkpointFields,
  rows: z.enum(['pre-activation', 'post-activation']),
  /** Rows of each hidden layer. */
  hidden: z.array(z.int().min(0)),
  /** null where it is not finite. */
  completenessError: z.number().nullable(),
  /** Whether the signed means of the first reading are stored too. */
  signed: z.literal(true).optional(),
  /** The other readings. */
  readings: z
    .array(
      z.object({
        key: z.string(),
        rows: z.enum(['pre-activation', 'post-activation']),
        completenessError: z.number().nullable(),
        signed: z.literal(true).optional(),
      }),
    )
    .optional(),
});
export type AttributionInfo = Readonly<z.output<typeof attributionInfoSchema>>;

const EXTRAS = ['mask', 'movement', 'mean', 'square'] as const;

type Extra = (typeof EXTRAS)[number];

function extraOf(
  { state, ...specimen }: Specimen,
  name: Extra,
): Uint8Array | Float32Array | undefined {
  return name === 'mean' || name === 'square' ? state?.[name] : specimen[name];
}

/** Metadata of a specimen. */
export const specimenInfoSchema = z.object({
  ...checkpointFields,
  /** Of inputs, hidden layers, outputs. */
  widths: z.array(z.int().min(0)).min(2),
  activations: z.array(z.enum(['relu', 'linear'])),
  /** Names of further tensors `[parameters]` that are stored with it. */
  extras: z.array(z.enum(EXTRAS)).optional(),
  /** β₁ᵗ and β₂ᵗ of the optimiser's state, whose `mean` and `square` are extras. */
  powers: z.tuple([z.number(), z.number()]).optional(),
});
export type SpecimenInfo = Readonly<z.output<typeof specimenInfoSchema>>;

export type NamedTensor = readonly [name: string, tensor: Tensor];

function fieldsOf({
  leg,
  phase,
  epoch,
}: Checkpoint): Pick<AttributionInfo, keyof typeof checkpointFields> {
  return { name: checkpointName(leg, phase, epoch), ...legOf(leg), phase, epoch };
}

/** A checkpoint's matrix as tensors and metadata. */
export function storedAttribution(checkpoint: Checkpoint): {
  info: AttributionInfo;
  tensors: NamedTensor[];
} {
  const first = storedMatrix(checkpoint.attribution);
  const { neurons, features, units, rows, layers, completenessError } = first;
  const others = Object.entries(checkpoint.readings ?? {}).map(
    ([key, matrix]) => [key, storedMatrix(matrix)] as const,
  );
  const info: AttributionInfo = {
    ...fieldsOf(checkpoint),
    rows,
    hidden: layers.map(({ start, end }) => end - start),
    completenessError,
    ...(first.signed && { signed: true }),
    ...(others.length > 0 && {
      readings: others.map(([key, matrix]) => ({
        key,
        rows: matrix.rows,
        completenessError: matrix.completenessError,
        ...(matrix.signed && { signed: true as const }),
      })),
    }),
  };
  const cells = (values: Float32Array): Tensor => {
    return { dtype: 'F32', shape: [neurons, features], values };
  };
  const named = (name: string, { values, signed }: StoredMatrix): NamedTensor[] => [
    [name, cells(values)],
    ...(signed ? [[signedName(name), cells(signed)] as const] : []),
  ];
  const [own, ...ofFirst] = named(info.name, first);
  return {
    info,
    tensors: [
      own,
      [unitsName(info), { dtype: 'U32', shape: [neurons], values: units }],
      ...ofFirst,
      ...others.flatMap(([key, matrix]) => named(readingName(info, key), matrix)),
    ],
  };
}

/** A checkpoint's specimen as tensors and metadata. */
export function storedSpecimen(checkpoint: Checkpoint): {
  info: SpecimenInfo;
  tensors: NamedTensor[];
} {
  const { specimen } = checkpoint;
  const { widths, activations } = specimen.layout;
  const extras = EXTRAS.filter((name) => extraOf(specimen, name) !== undefined);
  const { state } = specimen;
  const info: SpecimenInfo = {
    ...fieldsOf(checkpoint),
    widths: [...widths],
    activations: [...activations],
    ...(extras.length > 0 && { extras }),
    ...(state && { powers: [state.beta1Power, state.beta2Power] as [number, number] }),
  };
  const parameters = layersOf(specimen).flatMap(
    ({ inputs, outputs, weights, biases }, l): NamedTensor[] => [
      [layerName(info, l, 'weight'), { dtype: 'F32', shape: [outputs, inputs], values: weights }],
      [layerName(info, l, 'bias'), { dtype: 'F32', shape: [outputs], values: biases }],
    ],
  );
  const units = specimen.units.map((kept, l): NamedTensor => {
    const values = Uint32Array.from(kept);
    return [layerUnitsName(info, l), { dtype: 'U32', shape: [kept.length], values }];
  });
  const further = extras.map((name): NamedTensor => [
    extraName(info, name),
    vector(extraOf(specimen, name)),
  ]);
  return { info, tensors: [...parameters, ...units, ...further] };
}

function vector(values: Uint8Array | Float32Array = new Uint8Array()): Tensor {
  const shape = [values.length];
  return values instanceof Uint8Array
    ? { dtype: 'U8', shape, values }
    : { dtype: 'F32', shape, values };
}

const unitsName = ({ name }: AttributionInfo): string => `${name}/units`;
const signedName = (name: string): string => `${name}/signed`;
const readingName = ({ name }: AttributionInfo, key: string): string => `${name}/${key}`;
const layerUnitsName = ({ name }: SpecimenInfo, l: number): string => `${name}/units.${l}`;
const layerName = ({ name }: SpecimenInfo, l: number, part: 'weight' | 'bias'): string =>
  `${name}/layers.${l}.${part}`;

const extraName = ({ name }: SpecimenInfo, extra: string): string => `${name}/${extra}`;

/** Tensor names of all stored matrices of a checkpoint. */
export function attributionNames(info: AttributionInfo): string[] {
  return [
    info.name,
    unitsName(info),
    ...(info.signed ? [signedName(info.name)] : []),
    ...(info.readings ?? []).flatMap(({ key, signed }) => {
      const name = readingName(info, key);
      return signed ? [name, signedName(name)] : [name];
    }),
  ];
}

/** How a stored matrix is read. */
export interface StoredReading {
  readonly info: Pick<AttributionInfo, 'name' | 'hidden' | 'rows' | 'completenessError'>;
  /** Tensor names: the matrix, its units and, if `signed`, the signed means. */
  readonly names: readonly string[];
}

/**
 * A stored matrix of a checkpoint; undefined if it is not stored.
 * @param key of another reading than the first
 */
export function readingOf(info: AttributionInfo, key?: string): StoredReading | undefined {
  const found = key === undefined ? info : info.readings?.find((reading) => reading.key === key);
  if (!found) return undefined;
  const name = key === undefined ? info.name : readingName(info, key);
  const { rows, completenessError, signed } = found;
  return {
    info: { name, hidden: info.hidden, rows, completenessError },
    names: [name, unitsName(info), ...(signed ? [signedName(name)] : [])],
  };
}

/** Tensor names of a stored specimen: in the order of its flat parameters, then its units and extras. */
export function specimenNames(info: SpecimenInfo): string[] {
  const layers = info.widths.slice(1).map((_, l) => l);
  return [
    ...layers.flatMap((l) => [layerName(info, l, 'weight'), layerName(info, l, 'bias')]),
    ...layers.slice(1).map((_, l) => layerUnitsName(info, l)),
    ...(info.extras ?? []).map((name) => extraName(info, name)),
  ];
}

/**
 * The inverse of {@link storedAttribution} for one matrix.
 * @param tensors named by {@link readingOf}
 * @throws LabError when tensors and info do not fit
 */
export function attributionFrom(
  info: StoredReading['info'],
  featureNames: readonly string[],
  tensors: readonly Tensor[],
): StoredMatrix {
  const [{ values }, units, signedMeans] = tensors as readonly [Tensor, Tensor, Tensor | undefined];
  const signed = signedMeans?.values;
  const features = featureNames.length;
  let neurons = 0;
  const layers = info.hidden.map((width, layer) => {
    return { layer, start: neurons, end: (neurons += width) };
  });
  const fits =
    values.length === neurons * features &&
    units.values.length === neurons &&
    (signed === undefined || signed.length === values.length);
  if (
    !fits ||
    !(values instanceof Float32Array) ||
    !(units.values instanceof Uint32Array) ||
    !(signed === undefined || signed instanceof Float32Array)
  ) {
    throw invalid(
      `is damaged: not a matrix of ${counted(neurons, 'neuron')} and ${counted(features, 'feature')}`,
      {
        field: info.name,
      },
    );
  }
  return {
    neurons,
    features,
    values,
    ...(signed && { signed }),
    rows: info.rows,
    layers,
    units: units.values,
    featureNames,
    completenessError: info.completenessError ?? NaN,
  };
}

/**
 * The inverse of {@link storedSpecimen}.
 * @throws LabError when tensors and info do not fit
 */
export function specimenFrom(info: SpecimenInfo, tensors: readonly Tensor[]): Specimen {
  const { name, widths, activations } = info;
  const layout = { widths, activations };
  const parameters = new Float32Array(parameterCount(layout));
  const layers = 2 * (widths.length - 1);
  let offset = 0;
  for (const { values } of tensors.slice(0, layers)) {
    if (!(values instanceof Float32Array) || offset + values.length > parameters.length) break;
    parameters.set(values, offset);
    offset += values.length;
  }
  const hidden = hiddenWidths(layout);
  const extras = tensors.slice(layers + hidden.length);
  const units = tensors
    .slice(layers, layers + hidden.length)
    .map(({ values }) => Array.from(values, Number));
  const fits =
    hidden.every((width, l) => units[l].length === width) &&
    extras.every(({ values }) => values.length === parameters.length);
  if (offset !== parameters.length || !fits) {
    throw invalid(`is damaged: not a specimen of widths ${widths.join('-')}`, { field: name });
  }
  const further = Object.fromEntries(
    (info.extras ?? []).map((extra, i) => [extra, extras[i].values]),
  ) as { mask?: Uint8Array; movement?: Float32Array; mean?: Float32Array; square?: Float32Array };
  const { mean, square, ...others } = further;
  const { powers } = info;
  const state = mean &&
    square &&
    powers && { mean, square, beta1Power: powers[0], beta2Power: powers[1] };
  return { layout, parameters, units, ...others, ...(state && { state }) };
}
