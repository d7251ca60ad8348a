import { byteSize } from '../byteSize';
import { counted } from '../counted';
import { minimumSteps } from '../attribution/quadrature';
import { neuronCount, parameterCount, type Layout } from '../network/layout';
import { probeKey, probesOf } from './readings';
import type { Specification } from './specification';
import { armContradictions } from './armContradictions';
import { splitProblem } from './split';

/** A conflict between fields that are valid one by one. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The change that resolves it, where there is only one. */
  readonly change?: Change;
}

/** A new value for a field; undefined removes the field. */
export interface Change {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Name of a top-level field. */
type Section = keyof Specification;

/** Largest array of an experiment in numbers, 400 MB of float32; a larger one would fail only on allocation. */
const MAX_NUMBERS = 100_000_000;

/**
 * Finds what would fail later, before anything runs.
 * @param sound whether a top-level field is valid by itself; rules about other fields are skipped
 */
export function contradictions(
  specification: Specification,
  sound: (section: Section) => boolean,
): Contradiction[] {
  return RULES.filter(({ about }) => about.every(sound)).flatMap(({ find }) => find(specification));
}

interface Rule {
  readonly about: readonly Section[];
  readonly find: (specification: Specification) => Contradiction[];
}

const RULES: readonly Rule[] = [
  { about: ['data'], find: featuresBelongToData },
  { about: ['features'], find: featuresFit },
  { about: ['data', 'training'], find: bothSharesHaveSamples },
  { about: ['attribution'], find: stepsFitRule },
  { about: ['arms', 'pruning', 'training', 'specimen'], find: armContradictions },
  { about: ['attribution'], find: kindsDiffer },
  { about: ['attribution'], find: probesDiffer },
  { about: ['attribution'], find: optionsFitProbes },
  { about: ['attribution', 'data'], find: dataHaveCoefficients },
  { about: ['attribution', 'data'], find: dataHaveSamples },
  { about: ['pruning'], find: methodSupportsCaps },
  { about: ['pruning', 'specimen'], find: oneCapPerLayer },
  { about: ['data', 'specimen'], find: specimenFitsMemory },
  { about: ['data', 'features'], find: dataFitMemory },
  { about: ['features', 'specimen'], find: matrixFitsMemory },
];

function featuresBelongToData({ data, features }: Specification): Contradiction[] {
  if (data.source === 'generated' && features === undefined) {
    return [{ path: ['features'], message: 'it is required for generated data' }];
  }
  if (data.source === 'imported' && features !== undefined) {
    const message =
      'is not allowed with imported data, whose encoder defines the features; remove this section';
    return [{ path: ['features'], message, change: { path: ['features'], value: undefined } }];
  }
  return [];
}

function featuresFit({ features }: Specification): Contradiction[] {
  if (!features) return [];
  const { count, hidden, sparsity, importance, importanceBound } = features;
  const found: Contradiction[] = [];
  const add = (field: string, message: string, change?: Change): void => {
    found.push({ path: ['features', field], message, change });
  };
  const held = hidden?.reduce((total, width) => total + width, 0) ?? count;
  if (held !== count)
    add('hidden', `the widths sum to ${held}, but features.count is ${count}`, {
      path: ['features', 'count'],
      value: held,
    });
  if (Array.isArray(sparsity) && sparsity.length !== count) {
    add('sparsity', `has ${counted(sparsity.length, 'entry')}, but features.count is ${count}`);
  }
  const [low, high] = importance;
  const largest = Math.max(-low, high);
  const swapped = { path: ['features', 'importance'], value: [high, low] };
  if (low >= high) {
    const change = low > high ? swapped : undefined;
    add('importance', 'the first number must be smaller than the second', change);
  }
  // The feature model compares in float32.
  else if (Math.fround(importanceBound) >= largest || Math.fround(largest) === 0) {
    // Blames the field that must differ from its default.
    const field = largest < 1 ? 'importance' : 'importanceBound';
    add(
      field,
      `no weight between ${low} and ${high} reaches features.importanceBound, ${importanceBound}`,
    );
  }
  return found;
}

function bothSharesHaveSamples({ data, training: { trainShare } }: Specification): Contradiction[] {
  if (data.source !== 'generated') return [];
  const message = splitProblem(data.samples, trainShare);
  return message ? [{ path: ['training', 'trainShare'], message }] : [];
}

function stepsFitRule({ attribution: { method, rule, steps } }: Specification): Contradiction[] {
  const least = minimumSteps(rule);
  if (method !== 'integrated-gradients' || steps >= least) return [];
  const path = ['attribution', 'steps'];
  const message = `the rule "${rule}" needs at least ${least} steps`;
  return [{ path, message, change: { path, value: least } }];
}

function kindsDiffer({ attribution: { rows } }: Specification): Contradiction[] {
  if (typeof rows === 'string') return [];
  return repeated(rows).map((i) => {
    const path = ['attribution', 'rows', i];
    const message = `"${rows[i]}" is listed twice`;
    return { path, message, change: { path, value: undefined } };
  });
}

function probesDiffer({ attribution }: Specification): Contradiction[] {
  const keys = probesOf(attribution).map(probeKey);
  return repeated(keys).map((i) => {
    const message = `the probe "${keys[i]}" is listed twice, but its columns need a name of their own`;
    const path = ['attribution', 'probes', i];
    return { path, message, change: { path, value: undefined } };
  });
}

/** Indices of the values that appear before in the list. */
function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [i] : []));
}

function optionsFitProbes({ attribution: { probes = [] } }: Specification): Contradiction[] {
  return probes.flatMap((choice, i) => {
    if (typeof choice === 'string') return [];
    const { probe, baseline, samples } = choice;
    const [field, given, others] =
      probe === 'distribution'
        ? (['baseline', baseline, 'it compares samples with themselves'] as const)
        : (['samples', samples, 'only "distribution" reads samples'] as const);
    if (given === undefined) return [];
    const path = ['attribution', 'probes', i, field];
    const message = `the probe "${probe}" does not support ${field}: ${others}`;
    return [{ path, message, change: { path, value: undefined } }];
  });
}

function dataHaveCoefficients({ attribution, data }: Specification): Contradiction[] {
  if (data.source !== 'imported') return [];
  return probesOf(attribution).flatMap((choice, i) => {
    const { probe, baseline } = choice;
    if (probe === 'one-hot' && baseline === 'zero') return [];
    const what = baseline === 'zero' ? `"${probe}"` : `"${probe}" with the baseline "${baseline}"`;
    const message = `the probe ${what} needs the coefficients of the samples, which imported data do not have; only "one-hot" with the baseline "zero" can do without them`;
    const path = ['attribution', 'probes', i];
    // Of a list with a single probe, the list goes.
    const removed = attribution.probes?.length === 1 ? path.slice(0, 2) : path;
    const changed = probe === 'one-hot' ? [...path, 'baseline'] : removed;
    return [{ path, message, change: { path: changed, value: undefined } }];
  });
}

function dataHaveSamples({ attribution: { probes = [] }, data }: Specification): Contradiction[] {
  if (data.source !== 'generated') return [];
  return probes.flatMap((choice, i) => {
    if (typeof choice === 'string' || choice.samples === undefined) return [];
    if (choice.samples <= data.samples) return [];
    const path = ['attribution', 'probes', i, 'samples'];
    const message = `the data have only ${counted(data.samples, 'sample')}`;
    return [{ path, message, change: { path, value: data.samples } }];
  });
}

function methodSupportsCaps({ pruning: { method, caps } }: Specification): Contradiction[] {
  const compatible = method === 'thesis' || method === 'torch-pruning';
  const path = ['pruning', 'caps'];
  return compatible && caps !== undefined
    ? [
        {
          path,
          message: `the method "${method}" does not support caps`,
          change: { path, value: undefined },
        },
      ]
    : [];
}

function oneCapPerLayer({
  pruning: { caps },
  specimen: { hidden },
}: Specification): Contradiction[] {
  if (!Array.isArray(caps) || caps.length === hidden.length) return [];
  const message = `has ${counted(caps.length, 'entry')}, but specimen.hidden has ${hidden.length}`;
  return [{ path: ['pruning', 'caps'], message }];
}

function dataFitMemory({ data, features }: Specification): Contradiction[] {
  if (data.source !== 'generated' || !features) return [];
  const widest = Math.max(features.count, data.inputs, data.outputs);
  return tooLarge(['data', 'samples'], `${data.samples} × ${widest} values`, data.samples * widest);
}

function specimenFitsMemory({ data, specimen: { hidden } }: Specification): Contradiction[] {
  // The sizes of imported data are not known yet.
  const { inputs, outputs } = data.source === 'generated' ? data : { inputs: 1, outputs: 1 };
  const count = parameterCount(perceptron([inputs, ...hidden, outputs]));
  return tooLarge(['specimen', 'hidden'], `a specimen of ${counted(count, 'parameter')}`, count);
}

function matrixFitsMemory({ features, specimen: { hidden } }: Specification): Contradiction[] {
  if (!features) return [];
  const neurons = neuronCount(perceptron([1, ...hidden, 1]));
  const what = `an attribution matrix of ${neurons} × ${features.count} values`;
  return tooLarge(['specimen', 'hidden'], what, neurons * features.count);
}

function perceptron(widths: readonly number[]): Layout {
  return { widths, activations: [] };
}

function tooLarge(path: readonly string[], what: string, numbers: number): Contradiction[] {
  if (numbers <= MAX_NUMBERS) return [];
  const bytes = (count: number): string => byteSize(count * Float32Array.BYTES_PER_ELEMENT);
  const message = `${what} would take ${bytes(numbers)} of memory; the limit of an array is ${MAX_NUMBERS} numbers, ${bytes(MAX_NUMBERS)}`;
  return [{ path, message }];
}
