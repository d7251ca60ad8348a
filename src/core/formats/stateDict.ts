import { invalid } from '../errors';
import type { NamedTensors } from './networkTensors';
import { isArrayLike } from './opaqueAdvice';
import { describe, isKey, Opaque, type PickleKey } from './pickleValues';
import type { PthFile } from './pth';
import type { Tensor } from './tensor';
import { MAX_PICKLE_OPERATIONS } from './pickle';
import { listed } from './python';
import { TensorReference } from './torchPickle';

/*
 * Finds the parameters of a network in a file, which may be a state dict, or a checkpoint with a state dict
 * under some key.
 */

/** One item of a state dict. */
export interface Parameter {
  /** Name in the file, e.g. `module.encoder.0.weight`. */
  readonly name: string;
  /** A reference to a tensor, or an object that represents one. */
  readonly value: unknown;
  /** Path in the file. */
  readonly path: readonly PickleKey[];
}

/** A dict of a file that may be a state dict. */
export interface StateDict {
  /** Path in the file; empty if the file is the state dict. */
  readonly path: readonly PickleKey[];
  readonly parameters: readonly Parameter[];
  /** Keys of the dicts that were joined; undefined for a single dict. */
  readonly joined?: readonly string[];
  /** Other keys of the dict, and the keys beside it in enclosing dicts. */
  readonly leftOut: () => string[];
}

/** Nesting levels that are searched. */
const MAX_LEVELS = 8;
/** Largest number of items to search; a container in several others counts each time. */
const MAX_ITEMS = MAX_PICKLE_OPERATIONS;
/** Excludes texts that are too long or have control characters. */
const NAME = /^[^\p{C}]{1,300}$/u;

/** Keys of parts of a network whose state dicts are often stored separately. */
const PART_KEY = /^(encoder|decoder)(_(state|model|net))?(_dict|_weights)?$/;

/** A value and its path in a file. */
interface Place {
  readonly value: unknown;
  readonly path: readonly PickleKey[];
  readonly parent?: Place;
}

/**
 * All dicts of a file that may be state dicts: those with a tensor whose name contains `weight`. Separate
 * dicts of an encoder and a decoder in one dict are joined, with their keys as prefixes.
 * @param root as `PthFile.root`
 * @throws LabError when there are too many items
 */
export function stateDictsIn(root: unknown): StateDict[] {
  return new Search().run(root);
}

class Search {
  private readonly found: StateDict[] = [];
  private readonly seen = new Set<unknown>();
  private items = 0;

  run(root: unknown): StateDict[] {
    let level: readonly Place[] = [{ value: root, path: [] }];
    for (let depth = 0; depth <= MAX_LEVELS && level.length > 0; depth++) {
      level = level.flatMap((place) => this.look(place));
    }
    return this.found;
  }

  /** @returns the containers in it */
  private look(place: Place): Place[] {
    const { value } = place;
    if (this.seen.has(value)) return [];
    this.seen.add(value);
    const isJoined = value instanceof Map && this.join(value as Dict, place);
    if (value instanceof Map) this.take(value as Dict, place);
    return this.within(place, isJoined);
  }

  private count(items: number): void {
    this.items += items;
    if (this.items > MAX_ITEMS) throw invalid(`more than ${MAX_ITEMS} items to search`);
  }

  private take(dict: Dict, place: Place): void {
    const parameters = this.parameters(dict, place.path);
    if (!parameters.some(({ name }) => name.includes('weight'))) return;
    const used = new Set<unknown>(parameters.map(({ name }) => name));
    const leftOut = (): string[] => [...besides(place), ...keysOf(dict, (key) => !used.has(key))];
    this.found.push({ path: place.path, parameters, leftOut });
  }

  /** Joins `{"encoder": {"0.weight": …}, "decoder": …}` into one state dict. */
  private join(dict: Dict, place: Place): boolean {
    const joined: string[] = [];
    const parameters: Parameter[] = [];
    for (const [key, part] of dict) {
      const name = isName(key) ? PART_KEY.exec(key)?.[1] : undefined;
      if (!isName(key) || name === undefined || !(part instanceof Map)) continue;
      const inner = this.parameters(part as Dict, [...place.path, key]);
      // The names may already have the prefix.
      const prefix = inner.some((p) => p.name.startsWith(`${name}.`)) ? '' : `${name}.`;
      parameters.push(...inner.map((p) => ({ ...p, name: `${prefix}${p.name}` })));
      joined.push(key);
    }
    if (!parameters.some(({ name }) => name.startsWith('encoder.'))) return false;
    const leftOut = (): string[] => [
      ...besides(place),
      ...keysOf(dict, (key) => !joined.includes(key as string)),
    ];
    this.found.push({ path: place.path, parameters, joined, leftOut });
    return true;
  }

  private parameters(dict: Dict, path: readonly PickleKey[]): Parameter[] {
    this.count(dict.size);
    return [...dict].flatMap(([key, value]) =>
      isName(key) && isTensorLike(value) ? [{ name: key, value, path: [...path, key] }] : [],
    );
  }

  private within(parent: Place, isJoined: boolean): Place[] {
    const { value, path } = parent;
    if (!(value instanceof Map || Array.isArray(value))) return [];
    const entries: [unknown, unknown][] = [...(value as Dict | unknown[]).entries()];
    this.count(entries.length);
    return entries.flatMap(([key, item]): Place[] => {
      if (!(item instanceof Map || Array.isArray(item))) return [];
      if (typeof key === 'string' ? !isName(key) : !isKey(key)) return [];
      if (isJoined && PART_KEY.test(String(key))) return [];
      return [{ value: item, path: [...path, key as PickleKey], parent }];
    });
  }
}

type Dict = ReadonlyMap<unknown, unknown>;

/** Keys beside a place in all enclosing dicts. */
function besides({ path, parent }: Place): string[] {
  if (parent === undefined) return [];
  const own = path.at(-1);
  const { value } = parent;
  const keys = value instanceof Map ? keysOf(value as Dict, (key) => key !== own) : [];
  return [...besides(parent), ...keys];
}

function keysOf(dict: Dict, test: (key: unknown) => boolean): string[] {
  return [...dict.keys()].filter(test).map((key) => (isKey(key) ? String(key) : describe(key)));
}

function isName(key: unknown): key is string {
  return typeof key === 'string' && NAME.test(key);
}

function isTensorLike(value: unknown): boolean {
  return value instanceof TensorReference || (value instanceof Opaque && isArrayLike(value));
}

/** Modules that wrap others without adding parameters: of DataParallel, torch.compile and FSDP. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'module',
  '_orig_mod',
  '_fsdp_wrapped_module',
  '_checkpoint_wrapped_module',
]);

/** A part of a state dict: parameters under one prefix. */
export interface Part {
  /** Removed from the front of the names, e.g. `module.`; may be empty. */
  readonly stripped: string;
  /** By name without prefix and wrappers, e.g. `0.weight`. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/**
 * The parameters under a name such as `encoder`, after any prefix: `encoder.0.weight`,
 * `module.encoder.0.weight`, `model._orig_mod.encoder.0.weight`.
 * @returns undefined if there are none
 * @throws LabError when the name occurs after several prefixes, or two parameters get the same name
 */
export function partOf(dict: StateDict, name: string): Part | undefined {
  const byPrefix = new Map<string, Map<string, Parameter>>();
  for (const parameter of dict.parameters) {
    const segments = parameter.name.split('.');
    const at = segments.indexOf(name);
    if (at < 0 || at === segments.length - 1) continue;
    const prefix = segments
      .slice(0, at)
      .map((s) => `${s}.`)
      .join('');
    const rest = segments.slice(at + 1).filter((segment) => !WRAPPERS.has(segment));
    const part = byPrefix.get(prefix) ?? new Map<string, Parameter>();
    byPrefix.set(prefix, part);
    const twin = part.get(rest.join('.'));
    if (twin) {
      throw invalid(`is the same as ${twin.name} without its wrappers; remove one of them`, {
        field: parameter.name,
      });
    }
    part.set(rest.join('.'), parameter);
  }
  const exact = byPrefix.get('');
  if (exact) return { stripped: '', parameters: exact };
  const [only, ...more] = byPrefix;
  if (only === undefined) return undefined;
  if (more.length > 0) {
    const names = [...byPrefix.keys()].map((prefix) => `${prefix}${name}`);
    throw invalid(`has several networks called ${name}: ${listed(names)}; save one of them alone`);
  }
  return { stripped: only[0], parameters: only[1] };
}

/** All parameters by name without wrappers. */
export function wholeOf(dict: StateDict): Part {
  const names = dict.parameters.map(({ name }) =>
    name.split('.').filter((segment) => !WRAPPERS.has(segment)),
  );
  const parameters = new Map(names.map((segments, i) => [segments.join('.'), dict.parameters[i]]));
  return { stripped: '', parameters };
}

/**
 * Reads the parameters of a part.
 * @throws LabError as `PthFile.read`
 */
export function tensorsOf(file: PthFile, { parameters }: Part): NamedTensors {
  const tensors = [...parameters].map(([name, { value, path }]): [string, Tensor] => [
    name,
    file.read(value, path) as Tensor,
  ]);
  return {
    tensors: new Map(tensors),
    place: (name) => parameters.get(name)?.name ?? name,
  };
}
