import { counted } from '../counted';
import { z } from 'zod';
import { invalid, LabError } from '../errors';
import { matrixOf, type Matrix } from '../formats/matrixTensor';
import { networkFromTensors, networkTensors } from '../formats/networkTensors';
import { readSafetensors, safetensorsParts } from '../formats/safetensors';
import { tensorOf, toFloat32, toFloat64, type Tensor } from '../formats/tensor';
import type { Activation, Network } from '../network/layout';
import type { ToyData } from './generate';

/*
 * Generated data with its whole ground truth in one safetensors file:
 *   inputs [samples, inputDim]       targets [samples, outputs]     coefficients [samples, F]
 *   feature_model.N.weight|bias      encoder.N.weight|bias          decoder.N.weight|bias
 *   autoencoder_losses [epochs]
 *   mode `inverted` only: seeds [samples, F], errors [samples], approximate [samples]
 * `__metadata__` holds the origin (the parameters of the data) and the activations of the networks.
 */

const NETWORKS = {
  feature_model: 'featureModel',
  encoder: 'encoder',
  decoder: 'decoder',
} as const;

type Prefix = keyof typeof NETWORKS;

const ACTIVATIONS = z.array(z.enum(['relu', 'linear']));
const NETWORK_ACTIVATIONS = z.object({
  feature_model: ACTIVATIONS,
  encoder: ACTIVATIONS,
  decoder: ACTIVATIONS,
});
const INVERSION_SUMMARY = z.object({
  approximateShare: z.number(),
  meanError: z.number(),
  maximumError: z.number(),
});

/**
 * The bytes of a file of generated data in consecutive parts; most are views of the data's own arrays.
 * @param origin the data's parameters: equal origins give equal data
 */
export function toyDataParts(toy: ToyData, origin: string): Uint8Array[] {
  const { data, coefficients, inversion } = toy;
  const rows = (values: Float32Array): Tensor =>
    tensorOf('F32', [data.samples, values.length / data.samples], values);
  const tensors = new Map<string, Tensor>([
    ['inputs', rows(data.inputs)],
    ['targets', rows(data.targets)],
    ['coefficients', rows(coefficients)],
  ]);
  const activations: Record<string, readonly Activation[]> = {};
  for (const [prefix, field] of Object.entries(NETWORKS)) {
    networkTensors(prefix, toy[field]).forEach((tensor, name) => tensors.set(name, tensor));
    activations[prefix] = toy[field].layout.activations;
  }
  const losses = toy.autoencoderLosses;
  tensors.set('autoencoder_losses', tensorOf('F64', [losses.length], losses));
  if (inversion) {
    tensors.set('seeds', rows(inversion.seeds));
    tensors.set('errors', tensorOf('F32', [data.samples], inversion.errors));
    tensors.set('approximate', tensorOf('U8', [data.samples], inversion.approximate));
  }
  return safetensorsParts(tensors, {
    origin,
    activations: JSON.stringify(activations),
    ...(inversion && { inversion: JSON.stringify(inversion.summary) }),
  });
}

/**
 * Reads a file written from {@link toyDataParts}.
 * @throws LabError when a tensor or metadata field is missing or has an unexpected shape
 */
export function readToyData(bytes: Uint8Array): { toy: ToyData; origin: string } {
  const { tensors, metadata } = readSafetensors(bytes);
  const tensor = (name: string): Tensor => {
    const found = tensors.get(name);
    if (!found) throw invalid('is missing: this is not a file of generated data', { field: name });
    return found;
  };
  const inputs = matrixOf(tensor('inputs'), 'inputs');
  const samples = inputs.rows;
  const rows = (name: string): Matrix => {
    const matrix = matrixOf(tensor(name), name);
    if (matrix.rows !== samples) {
      throw invalid(`has ${counted(matrix.rows, 'row')} for ${counted(samples, 'sample')}`, {
        field: name,
      });
    }
    return matrix;
  };
  const targets = rows('targets');
  const coefficients = rows('coefficients');
  const activations = metadataOf(metadata, 'activations', NETWORK_ACTIVATIONS);
  const summary =
    metadata.inversion === undefined
      ? undefined
      : metadataOf(metadata, 'inversion', INVERSION_SUMMARY);
  const network = (prefix: Prefix, inputDim: number, outputDim: number): Network => {
    let layer = 0;
    const after = (): Activation => activations[prefix].at(layer++) ?? 'linear';
    const { layout, parameters } = networkFromTensors(tensors, prefix, after).network;
    const { widths } = layout;
    if (activations[prefix].length !== widths.length - 2) {
      const counts = `${activations[prefix].length} activations for ${widths.length - 2} hidden layers`;
      throw invalid(`has ${counts}`, { field: prefix });
    }
    if (widths[0] !== inputDim || widths.at(-1) !== outputDim) {
      throw invalid(`${widths.join('-')} must lead from ${inputDim} to ${outputDim}`, {
        field: prefix,
      });
    }
    return { layout, parameters };
  };
  const features = coefficients.columns;
  return {
    origin: metadata.origin ?? '',
    toy: {
      data: {
        samples,
        inputDim: inputs.columns,
        outputDim: targets.columns,
        inputs: inputs.values,
        targets: targets.values,
      },
      coefficients: coefficients.values,
      featureModel: network('feature_model', features, targets.columns),
      encoder: network('encoder', features, inputs.columns),
      decoder: network('decoder', inputs.columns, features),
      autoencoderLosses: toFloat64(tensor('autoencoder_losses'), 'autoencoder_losses'),
      inversion: summary && {
        seeds: rows('seeds').values,
        errors: perSample(tensor('errors'), 'errors', samples),
        approximate: Uint8Array.from(perSample(tensor('approximate'), 'approximate', samples)),
        summary,
      },
    },
  };
}

function perSample(tensor: Tensor, name: string, samples: number): Float32Array {
  const values = toFloat32(tensor, name);
  if (values.length === samples) return values;
  throw invalid(`has ${counted(values.length, 'entry')} for ${counted(samples, 'sample')}`, {
    field: name,
  });
}

function metadataOf<T>(
  metadata: Readonly<Record<string, string>>,
  key: string,
  schema: z.ZodType<T>,
): T {
  try {
    return schema.parse(JSON.parse(metadata[key] ?? 'null'));
  } catch (error) {
    const reason = 'is missing or damaged: this is not a file of generated data';
    throw new LabError('invalid-input', reason, { field: `__metadata__.${key}` }, { cause: error });
  }
}
