import { counted } from '../counted';
import { attempt } from '../attempt';
import { invalid, LabError } from '../errors';
import type { LayerNames } from '../formats/layers';
import { networkOf, type TensorNetwork } from '../formats/networkTensors';
import { placeOf, PthFile } from '../formats/pth';
import { listed } from '../formats/python';
import {
  partOf,
  stateDictsIn,
  tensorsOf,
  wholeOf,
  type Parameter,
  type Part,
  type StateDict,
} from '../formats/stateDict';
import { parameterCount, type Activation, type Network } from '../network/layout';
import { checkDecoder } from './importedDecoder';
import { inFile, type NamedBytes } from './importedFile';
import { noLayers, noStateDict, several, withMasksApplied } from './networkRefusals';

/** A network read from a file, with the choices that reading required. */
export interface ImportedNetwork {
  readonly network: Network;
  /**
   * Whether the positions of its Linear layers leave gaps for activations; undefined if the layers' names
   * have no positions.
   */
  readonly hasActivations?: boolean;
  /** What was selected, left out or assumed, as sentences. */
  readonly choices: readonly string[];
}

/** Properties that an encoder must fit. */
export interface EncoderOptions {
  /** Between its layers; a state dict does not hold it. */
  readonly activation: Activation;
  /** Number of inputs of the data, the encoder's outputs. */
  readonly inputDim: number;
  /** Name of the data in messages. */
  readonly data: string;
}

/**
 * Reads the encoder from an autoencoder's state dict: `encoder.N.weight`, `encoder.N.bias`, at any level of
 * the file; or consecutive Linear layers of any name that lead to the inputs of the data. A decoder must
 * lead back to the features.
 * @throws LabError naming the file, for any other content
 */
export function importEncoder(
  { name, bytes }: NamedBytes,
  { activation, inputDim, data }: EncoderOptions,
): ImportedNetwork {
  const fit = ({ layout }: Network): void => {
    const code = layout.widths[layout.widths.length - 1];
    if (code !== inputDim) {
      throw invalid(
        `has ${counted(code, 'output')}, but the samples of ${data} have ${counted(inputDim, 'input')}`,
      );
    }
  };
  return inFile(name, () =>
    choose(new PthFile(bytes, { file: name, holds: 'parameters' }), 'encoder', {
      after: () => activation,
      fit,
      split: (widths) => encoderEnd(widths, inputDim),
      rest: 'decoder',
      why: `the data has ${counted(inputDim, 'input')}`,
    }),
  );
}

/**
 * Reads a feature model from a state dict: `model.N.weight`, `model.N.bias`, at any level of the file; or
 * consecutive Linear layers of any name that lead from the features to the outputs.
 * @param fits required numbers of features and outputs, where the layers have no such prefix
 * @throws LabError naming the file, for any other content
 */
export function importFeatureModel(
  { name, bytes }: NamedBytes,
  activation: Activation,
  fits: { readonly features: number; readonly outputs: number },
): ImportedNetwork {
  const need = `the data has ${counted(fits.features, 'feature')} and ${counted(fits.outputs, 'output')}`;
  return inFile(name, () =>
    choose(new PthFile(bytes, { file: name, holds: 'parameters' }), 'model', {
      // No activation follows its first layer.
      after: (layer) => (layer === 0 ? 'linear' : activation),
      fit: () => undefined,
      split: (widths) =>
        widths[0] === fits.features && widths.at(-1) === fits.outputs
          ? widths.length - 1
          : { why: `its layers chain as ${widths.join('-')}, but ${need}` },
      why: need,
    }),
  );
}

/** Why the end of a network cannot be determined. */
interface Ambiguity {
  readonly why: string;
  /** The probable number of layers. */
  readonly end?: number;
}

/** The network to look for. */
interface Role {
  readonly after: (layer: number) => Activation;
  /** @throws LabError for a network that does not fit the data */
  readonly fit: (network: Network) => void;
  /** How many of the layers without a prefix belong to the network, or why that is ambiguous. */
  readonly split: (widths: readonly number[]) => number | Ambiguity;
  /** Prefix of the part that may follow. */
  readonly rest?: string;
  /** Why layers without a prefix are taken for it. */
  readonly why: string;
}

/** The number of layers up to the inputs of the data; a decoder may follow, back to the features. */
function encoderEnd(widths: readonly number[], inputDim: number): number | Ambiguity {
  const chain = `its layers chain as ${widths.join('-')}`;
  const ends = widths.flatMap((width, l) => (l > 0 && width === inputDim ? [l] : []));
  const [end] = ends;
  if (ends.length === 0)
    return { why: `${chain}, and none has ${counted(inputDim, 'output')}, the inputs of the data` };
  if (ends.length > 1)
    return {
      why: `${chain}, and several have ${counted(inputDim, 'output')}, the inputs of the data`,
      end,
    };
  if (end === widths.length - 1 || widths.at(-1) === widths[0]) return end;
  return {
    why: `${chain}, and what follows the ${counted(inputDim, 'input')} of the data does not lead back to ${counted(widths[0], 'feature')}`,
    end,
  };
}

/** The network of the one state dict that fits. */
function choose(file: PthFile, prefix: string, role: Role): ImportedNetwork {
  const dicts = stateDictsIn(file.root);
  if (dicts.length === 0) throw noStateDict(file);
  const named = dicts.filter(({ parameters }) => parameters.some((p) => isUnder(p, prefix)));
  const pool = named.length > 0 ? named : dicts;
  const read = (dict: StateDict): ImportedNetwork =>
    named.length > 0 ? readPart(file, dict, prefix, role) : readWhole(file, dict, prefix, role);
  if (pool.length === 1) return read(pool[0]);
  const results = pool.map((dict) => attempt(() => read(dict)));
  const fitting = pool.filter((_, i) => !(results[i] instanceof LabError));
  const [first] = results.filter((result) => !(result instanceof LabError) || fitting.length === 0);
  if (fitting.length > 1) throw several(file, fitting);
  if (first instanceof LabError) throw first;
  return first;
}

function isUnder({ name }: Parameter, prefix: string): boolean {
  const segments = name.split('.');
  return segments.slice(0, -1).includes(prefix);
}

/** The layers under a prefix, such as `encoder.0`. */
function readPart(file: PthFile, dict: StateDict, prefix: string, role: Role): ImportedNetwork {
  const part = partOf(dict, prefix);
  if (part === undefined) throw invalid(`has no parameters under ${prefix}`);
  const found = attempt(() => networkOf(tensorsOf(file, part), role.after));
  if (found instanceof LabError) throw withMasksApplied(found, file, dict);
  role.fit(found.network);
  const beside = dict.parameters.filter(({ name }) => name.startsWith(part.stripped));
  const rest =
    role.rest === undefined ? undefined : partOf({ ...dict, parameters: beside }, role.rest);
  if (rest) checkDecoder(file, rest, found.network, dict);
  const used = new Set([...part.parameters.values(), ...(rest?.parameters.values() ?? [])]);
  const unused = dict.parameters.filter((parameter) => !used.has(parameter));
  const parts = [prefix, role.rest].filter((name) => name !== undefined).join(' or ');
  const names = listed(unused.map(({ name }) => name));
  return imported(found, prefix, [
    ...choicesOfPlace(dict),
    ...choicesOfNames(part, prefix),
    ...(unused.length > 0 ? [`${names}, not under ${parts}, ${isOrAre(unused)} left out`] : []),
  ]);
}

/** Layers without such a prefix, if their shapes show which layers they are. */
function readWhole(file: PthFile, dict: StateDict, prefix: string, role: Role): ImportedNetwork {
  const part = wholeOf(dict);
  const whole = attempt(() => networkOf(tensorsOf(file, part), role.after));
  if (whole instanceof LabError) throw noLayers(file, dict, prefix, whole.message);
  const hasDecoder = dict.parameters.some((parameter) => isUnder(parameter, 'decoder'));
  const end = hasDecoder
    ? { why: `there is a decoder, but no ${prefix}` }
    : role.split(whole.network.layout.widths);
  if (typeof end !== 'number') throw noLayers(file, dict, prefix, end.why, end.end);
  const { layout } = whole.network;
  const layers = whole.layers.slice(0, end);
  const rest = whole.layers.slice(end);
  const names = (list: readonly LayerNames[]): string => listed(list.map(({ module }) => module));
  const others = rest.length > 0 ? ` and ${names(rest)} for the ${role.rest}` : '';
  const taken = `${names(layers)} ${isOrAre(layers)} taken for the ${prefix}${others}: their shapes chain as ${layout.widths.join('-')}, and ${role.why}`;
  const found = {
    ...whole,
    layers,
    positions: whole.positions?.slice(0, end),
    network: firstLayers(whole.network, end),
  };
  return imported(found, prefix, [...choicesOfPlace(dict), taken], false);
}

function firstLayers({ layout, parameters }: Network, count: number): Network {
  const widths = layout.widths.slice(0, count + 1);
  const first = { widths, activations: layout.activations.slice(0, count - 1) };
  return { layout: first, parameters: parameters.slice(0, parameterCount(first)) };
}

function imported(
  { network, layers, positions }: TensorNetwork,
  prefix: string,
  choices: readonly string[],
  noteOrder = true,
): ImportedNetwork {
  const all = [...choices];
  const unbiased = layers.filter(({ bias }) => bias === undefined);
  if (unbiased.length > 0) {
    const names = unbiased.map(({ module }) => module);
    all.push(`layers of the ${prefix} without a bias: ${listed(names)}; zeros are used instead`);
  }
  if (positions === undefined && noteOrder && layers.length > 1) {
    const order = listed(layers.map(({ module }) => module));
    all.push(`the layers of the ${prefix} are taken in this order: ${order}`);
  }
  const hasActivations = positions?.some((at, l) => l > 0 && at > positions[l - 1] + 1);
  return { network, hasActivations, choices: all };
}

function choicesOfPlace({ path, leftOut, joined }: StateDict): string[] {
  const others = leftOut();
  const beside = others.length > 0 ? `${listed(others)} ${isOrAre(others)} left out` : '';
  const where = placeOf(path);
  const taken = joined
    ? `the state dicts ${listed(joined)} are taken together${where && `, at ${where}`}`
    : where && `the state dict at ${where} is taken`;
  const whole = [taken, beside].filter((part) => part !== '').join('; ');
  return whole === '' ? [] : [whole];
}

function choicesOfNames({ stripped, parameters }: Part, prefix: string): string[] {
  const wrapped = [...parameters].some(
    ([name, parameter]) => parameter.name !== `${stripped}${prefix}.${name}`,
  );
  return [
    ...(stripped === '' ? [] : [`"${stripped}" before the names is left out`]),
    ...(wrapped ? ['wrappers within the names (module, _orig_mod) are left out'] : []),
  ];
}

function isOrAre(things: readonly unknown[]): string {
  return things.length === 1 ? 'is' : 'are';
}
