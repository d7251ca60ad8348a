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
 *   42-dense/training/50                  F32 [neurons, features]  its attribution matrix
 *   42-dense/training/50/units            U32 [neurons]            each row's unit in the unpruned layer
 *   42-dense/training/50/layers.N.weight  F32 [outputs, inputs]    its Linear layers
 *   42-dense/training/50/layers.N.bias    F32 [outputs]
 *   42-dense/training/50/units.N          U32 [width]              each hidden unit's unpruned index
 *   42-imp-0.5/retraining/50/mask         U8  [parameters]         0 for masked parameters, if there are any
 *   42-dense/training/50/movement         F32 [parameters]         −Σ w·∂L/∂w, if an arm ranks weights by it
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
});
export type AttributionInfo = Readonly<z.output<typeof attributionInfoSchema>>;

const EXTRAS = ['mask', 'movement'] as const;

/** Metadata of a specimen. */
export const specimenInfoSchema = z.object({
  ...checkpointFields,
  /** Of inputs, hidden layers, outputs. */
  widths: z.array(z.int().min(0)).min(2),
  activations: z.array(z.enum(['relu', 'linear'])),
  /** Names of further tensors `[parameters]` that are stored with it. */
  extras: z.array(z.enum(EXTRAS)).optional(),
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
  const { neurons, features, values, units, rows, layers, completenessError } = storedMatrix(
    checkpoint.attribution,
  );
  const info = {
    ...fieldsOf(checkpoint),
    rows,
    hidden: layers.map(({ start, end }) => end - start),
    completenessError,
  };
  return {
    info,
    tensors: [
      [info.name, { dtype: 'F32', shape: [neurons, features], values }],
      [unitsName(info), { dtype: 'U32', shape: [neurons], values: units }],
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
  const extras = EXTRAS.filter((name) => specimen[name] !== undefined);
  const info: SpecimenInfo = {
    ...fieldsOf(checkpoint),
    widths: [...widths],
    activations: [...activations],
    ...(extras.length > 0 && { extras }),
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
    vector(specimen[name]),
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
const layerUnitsName = ({ name }: SpecimenInfo, l: number): string => `${name}/units.${l}`;
const layerName = ({ name }: SpecimenInfo, l: number, part: 'weight' | 'bias'): string =>
  `${name}/layers.${l}.${part}`;

const extraName = ({ name }: SpecimenInfo, extra: string): string => `${name}/${extra}`;

/** Tensor names of a stored matrix. */
export function attributionNames(info: AttributionInfo): string[] {
  return [info.name, unitsName(info)];
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
 * The inverse of {@link storedAttribution}.
 * @throws LabError when tensors and info do not fit
 */
export function attributionFrom(
  info: AttributionInfo,
  featureNames: readonly string[],
  tensors: readonly Tensor[],
): StoredMatrix {
  const [{ values }, units] = tensors;
  const features = featureNames.length;
  let neurons = 0;
  const layers = info.hidden.map((width, layer) => {
    return { layer, start: neurons, end: (neurons += width) };
  });
  const fits = values.length === neurons * features && units.values.length === neurons;
  if (!fits || !(values instanceof Float32Array) || !(units.values instanceof Uint32Array)) {
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
  const further = (info.extras ?? []).map((extra, i) => [extra, extras[i].values]);
  return { layout, parameters, units, ...(Object.fromEntries(further) as Partial<Specimen>) };
}
