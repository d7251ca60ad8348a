import { counted } from '../counted';
import { invalid, LabError, show, type ErrorFacts } from '../errors';

/* Recognises a chain of Linear layers from the names and shapes of parameters. */

/** Names and shapes of the parameters of one Linear layer. */
export interface LayerNames {
  /** Path of the module, e.g. `0`, `net.fc1`. */
  readonly module: string;
  readonly weight: string;
  /** Undefined for a layer without a bias. */
  readonly bias?: string;
}

/** Layers in the order in which they are applied, as far as their names show it. */
export interface LayerOrder {
  readonly layers: readonly LayerNames[];
  /**
   * Indices of the layers in their `Sequential`, ascending; activations are counted too, so gaps show their
   * places. Undefined where names are not such indices.
   */
  readonly positions?: readonly number[];
}

const BATCH_NORM =
  'belongs to a batch normalisation, which is not supported; before saving, fold it into the Linear ' +
  'layer before it with torch.nn.utils.fusion.fuse_linear_bn_eval(linear, norm)';

/** Why a parameter does not belong to a Linear layer, by the ending of its name. */
const OTHERS: readonly (readonly [ending: RegExp, reason: string, facts?: ErrorFacts])[] = [
  [
    /\.weight_(orig|mask)$/,
    'belongs to a layer that is being pruned (torch.nn.utils.prune), whose weight is computed from two tensors; before saving, call prune.remove(layer, "weight")',
    { isBeingPruned: true },
  ],
  [
    /\.bias_(orig|mask)$/,
    'belongs to a layer that is being pruned (torch.nn.utils.prune), whose bias is computed from two tensors; before saving, call prune.remove(layer, "bias")',
    { isBeingPruned: true },
  ],
  [
    /\.weight_[gv]$/,
    'belongs to a weight normalisation; before saving, call torch.nn.utils.remove_weight_norm(layer)',
  ],
  [
    /\.weight_(u|v|bar)$/,
    'belongs to a spectral normalisation; before saving, call torch.nn.utils.remove_spectral_norm(layer)',
  ],
  [
    /(^|\.)parametrizations\./,
    'belongs to a parametrization; before saving, call torch.nn.utils.parametrize.remove_parametrizations(layer, "weight")',
  ],
  [/(^|\.)(running_mean|running_var|num_batches_tracked)$/, BATCH_NORM],
  [
    /(^|\.)(weight|bias)_(ih|hh)_l\d+\w*$/,
    'belongs to a recurrent layer, but only Linear layers are supported',
  ],
  [
    /(^|\.)in_proj_(weight|bias)$/,
    'belongs to an attention layer, but only Linear layers are supported',
  ],
  [/(^|\.)lora_\w+(\.\w+)*$/, 'belongs to a LoRA adapter; before saving, call merge_and_unload()'],
];

/**
 * The Linear layers of a set of parameters, in order: by their indices if all names are indices, as in a
 * `Sequential` or nested ones, otherwise in the order of the file, which is that of definition.
 * @param shapes of all the parameters, by name
 * @param place the name of a parameter in messages
 * @throws LabError naming the first parameter that does not belong to a Linear layer, with the reason
 */
export function orderLayers(
  shapes: ReadonlyMap<string, readonly number[]>,
  place: (name: string) => string,
): LayerOrder {
  const unused = (name: string, reason: string, facts?: ErrorFacts): LabError =>
    new LabError('invalid-input', `is not used: it ${reason}`, { field: place(name) }, { facts });
  const layers = new Map<string, { weight?: string; bias?: string }>();
  const normalised = modulesOf(shapes.keys(), /(^|\.)(running_mean|running_var)$/);
  for (const [name, shape] of shapes) {
    const other = otherKindOf(name, shapes);
    if (other) throw unused(name, other[1], other[2]);
    // Checked here too, since weight and bias of a batch normalisation come before its statistics.
    if (normalised.has(moduleOf(name))) throw unused(name, BATCH_NORM);
    const match = /^(?:(.*)\.)?(weight|bias)$/.exec(name);
    if (!match) throw unused(name, 'is neither the weight nor the bias of a Linear layer');
    const [, module = '', kind] = match as unknown as [
      string,
      string | undefined,
      'weight' | 'bias',
    ];
    checkShape(shape, kind, (why) => unused(name, why));
    layers.set(module, { ...layers.get(module), [kind]: name });
  }
  const found = [...layers].map(([module, { weight, bias }]): LayerNames => {
    if (weight === undefined) throw unused(bias ?? module, 'is a bias without a weight');
    return { module, weight, bias };
  });
  return inOrder(found, place);
}

function otherKindOf(
  name: string,
  all: ReadonlyMap<string, unknown>,
): (typeof OTHERS)[number] | undefined {
  const sister = all.has(name.replace(/weight_(orig|v)$/, 'weight_u')) ? 'weight_u' : undefined;
  const telling = sister && /weight_(orig|v)$/.test(name) ? `.${sister}` : `.${name}`;
  return OTHERS.find(([ending]) => ending.test(telling));
}

function moduleOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** Modules that have a parameter whose name matches. */
function modulesOf(names: Iterable<string>, ending: RegExp): ReadonlySet<string> {
  return new Set([...names].filter((name) => ending.test(name)).map(moduleOf));
}

function checkShape(
  shape: readonly number[],
  kind: 'weight' | 'bias',
  unused: (why: string) => LabError,
): void {
  if (shape.some((size) => size < 1)) throw unused(`has the shape ${show(shape)}, which is empty`);
  if (kind === 'weight' && shape.length === 1) {
    throw unused(
      `has the shape ${show(shape)}, like a normalisation or a PReLU, but only Linear layers are supported`,
    );
  }
  if (kind === 'weight' && shape.length > 2) {
    throw unused(
      `has the shape ${show(shape)}, like a convolution, but only Linear layers are supported`,
    );
  }
  const dimensions = kind === 'weight' ? 2 : 1;
  if (shape.length !== dimensions) {
    throw unused(`has the shape ${show(shape)}, not ${counted(dimensions, 'dimension')}`);
  }
}

function inOrder(layers: readonly LayerNames[], place: (name: string) => string): LayerOrder {
  if (layers.length === 0) return { layers };
  const paths = layers.map(({ module }) => module.split('.').filter((part) => part !== ''));
  const shared = sharedSegments(paths);
  const rest = paths.map((path) => path.slice(shared));
  if (rest.every((path) => path.every((part) => /^(0|[1-9]\d{0,8})$/.test(part)))) {
    const numbers = rest.map((path) => path.map(Number));
    const order = layers.map((_, i) => i).sort((a, b) => compare(numbers[a], numbers[b]));
    const isFlat = numbers.every(({ length }) => length === 1);
    const positions = order.map((i) => numbers[i][0]);
    const hasGaps = positions.some((at, l) => l > 0 && at > positions[l - 1] + 1);
    // The indices of a `ModuleList` do not count activations.
    const isTold = isFlat && (shared === 0 || hasGaps);
    return { layers: order.map((i) => layers[i]), ...(isTold && { positions }) };
  }
  checkNumbered(layers, place);
  return { layers };
}

/** Number of segments that all paths begin with, excluding the last segment of each. */
function sharedSegments(paths: readonly (readonly string[])[]): number {
  const longest = Math.min(...paths.map(({ length }) => length - 1));
  let shared = 0;
  while (shared < longest && paths.every((path) => path[shared] === paths[0][shared])) shared++;
  return shared;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** Rejects names such as fc2 before fc1, which contradict the order of the file. */
function checkNumbered(layers: readonly LayerNames[], place: (name: string) => string): void {
  const last = new Map<string, { number: number; module: string }>();
  for (const { module, weight } of layers) {
    const match = /^(.*?)(\d{1,9})(\D*)$/.exec(module);
    if (!match) continue;
    const stem = `${match[1]}#${match[3]}`;
    const number = Number(match[2]);
    const before = last.get(stem);
    if (before && before.number >= number) {
      const reason = `comes after ${show(before.module)} in the file, so the order of the layers is ambiguous`;
      throw invalid(reason, { field: place(weight) });
    }
    last.set(stem, { number, module });
  }
}
