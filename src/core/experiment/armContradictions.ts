import { counted } from '../counted';
import { show } from '../errors';
import { closestName } from '../closestName';
import { armsOf, masksWeights, type Arm } from './arms';
import type { ArmMethod } from './armMethods';
import type { Contradiction } from './contradictions';
import type { Specification } from './specification';

type ArmInput = NonNullable<Specification['arms']>[number];
type PruningInput = NonNullable<ArmInput['pruning']>;

/** Fields of an arm's pruning that only some methods support. */
const SUPPORT: Readonly<Partial<Record<keyof PruningInput, readonly ArmMethod[]>>> = {
  widthsOf: ['random', 'scratch'],
  norm: ['magnitude', 'inverse'],
  normalize: ['magnitude', 'inverse'],
  outputLayer: ['weights', 'snip', 'movement'],
};
/** Fields that some methods do not support. */
const REFUSED: Readonly<Partial<Record<ArmMethod, readonly (keyof PruningInput)[]>>> = {
  scratch: ['scope', 'caps', 'rewind', 'schedule'],
  snip: ['rewind', 'schedule'],
  'torch-pruning': ['scope', 'caps', 'schedule'],
  thesis: ['scope', 'caps', 'schedule'],
};

/** Conflicts between arms, and between the fields of one. */
export function armContradictions(specification: Specification): Contradiction[] {
  const { arms, specimen } = specification;
  const found = trainingFieldsFit(specification.training, ['training']);
  if (!arms) return found;
  if (specimen.dropoutTwin !== undefined) {
    found.push({
      path: ['specimen', 'dropoutTwin'],
      message: 'cannot be combined with arms; give an arm the field training.dropout instead',
      change: { path: ['specimen', 'dropoutTwin'], value: undefined },
    });
  }
  // Names are parts of file names, and some file systems ignore case.
  const indices = new Map<string, number>();
  arms.forEach(({ name }, i) => {
    const earlier = indices.get(name.toLowerCase());
    if (earlier !== undefined) {
      const message = `${show(name)} is the name of arm ${earlier + 1} already`;
      found.push({ path: ['arms', i, 'name'], message });
    }
    indices.set(name.toLowerCase(), i);
  });
  if (found.length > 0) return found;
  arms.forEach((arm, i) => found.push(...contradictionsOf(specification, arm, i)));
  return found;
}

function contradictionsOf(
  specification: Specification,
  input: ArmInput,
  i: number,
): Contradiction[] {
  const arms = armsOf(specification);
  const arm = arms.get(input.name) as Arm;
  const found = trainingFieldsFit(arm.training, ['arms', i, 'training'], input.training);
  const { pruning } = input;
  if (!pruning) return found;
  const path = ['arms', i, 'pruning'];
  const add = (field: string, message: string, value?: { readonly to: unknown }): void => {
    const change = value && { path: [...path, field], value: value.to };
    found.push({ path: [...path, field], message, change });
  };
  const { method, widthsOf, rewind, schedule, caps } = pruning;
  for (const field of Object.keys(pruning) as (keyof PruningInput)[]) {
    const only = SUPPORT[field];
    const refused = (only && !only.includes(method)) || REFUSED[method]?.includes(field);
    if (refused) add(field, `the method "${method}" does not support ${field}`, { to: undefined });
  }
  if (method === 'scratch' && widthsOf === undefined) {
    const message = '"scratch" needs widthsOf, the arm whose widths it takes';
    const models = [...arms.values()].filter((other) => givesWidths(other, arm));
    const change = { path: [...path, 'widthsOf'], value: models.at(0)?.name };
    found.push({ path: [...path, 'method'], message, ...(models.length === 1 && { change }) });
  }
  if (widthsOf !== undefined) found.push(...widthsExist(specification, input, i));
  if (widthsOf !== undefined && (caps !== undefined || pruning.scope !== undefined || schedule)) {
    const field = caps !== undefined ? 'caps' : schedule ? 'schedule' : 'scope';
    add(field, `cannot be combined with widthsOf, which decides the widths`, { to: undefined });
  }
  if (rewind !== undefined && rewind > arm.training.epochs) {
    const epochs = counted(arm.training.epochs, 'epoch');
    add('rewind', `${rewind} is beyond the training, which has ${epochs}`, {
      to: arm.training.epochs,
    });
  }
  if (Array.isArray(caps)) {
    const { hidden } = specification.specimen;
    const layers = masksWeights(arm) ? hidden.length + 1 : hidden.length;
    if (caps.length !== layers) {
      const kind = masksWeights(arm) ? 'Linear' : 'hidden';
      add('caps', `has ${counted(caps.length, 'entry')}, but there are ${layers} ${kind} layers`);
    }
  }
  return found;
}

/** Whether an arm decides the widths of its layers itself, at all ratios of another. */
function givesWidths({ pruning, ratios }: Arm, { ratios: needed }: Arm): boolean {
  if (!pruning || pruning.widthsOf !== undefined || pruning.method === 'scratch') return false;
  return !masksWeights({ pruning }) && needed.every((ratio) => ratios.includes(ratio));
}

/** `widthsOf` must name another arm that removes units and has the same ratios. */
function widthsExist(specification: Specification, input: ArmInput, i: number): Contradiction[] {
  const arms = armsOf(specification);
  const name = input.pruning?.widthsOf ?? '';
  const path = ['arms', i, 'pruning', 'widthsOf'];
  const refuse = (message: string): Contradiction[] => [{ path, message }];
  const model = arms.get(name);
  if (!model) {
    const close = closestName(name, [...arms.keys()]);
    return close === undefined
      ? refuse(`there is no arm ${show(name)}`)
      : [
          {
            path,
            message: `there is no arm ${show(name)}; did you mean "${close}"?`,
            change: { path, value: close },
          },
        ];
  }
  const seen = new Set([input.name]);
  for (let at: Arm | undefined = model; at; at = arms.get(at.pruning?.widthsOf ?? '')) {
    if (seen.has(at.name))
      return refuse(`arm ${input.name} would wait for its own widths, through ${name}`);
    seen.add(at.name);
  }
  if (!model.pruning) return refuse(`arm ${name} prunes nothing`);
  if (masksWeights(model)) return refuse(`arm ${name} masks weights and keeps all widths`);
  const own = arms.get(input.name)?.ratios ?? [];
  const missing = own.filter((ratio) => !model.ratios.includes(ratio));
  return missing.length === 0
    ? []
    : refuse(
        `arm ${name} has no ratio ${missing.slice(0, 3).join(', ')}, which arm ${input.name} needs`,
      );
}

/** Fields that only one optimiser has. @param own the fields that were written, to place the message */
function trainingFieldsFit(
  training: Pick<Specification['training'], 'optimizer' | 'momentum'>,
  path: readonly (string | number)[],
  own: object | undefined = training,
): Contradiction[] {
  if (training.momentum === undefined || training.optimizer === 'sgd') return [];
  if (own && !('momentum' in own) && !('optimizer' in own)) return [];
  const at = own && 'momentum' in own ? 'momentum' : 'optimizer';
  return [
    {
      path: [...path, at],
      message: `momentum is only for the optimizer "sgd", not for "${training.optimizer}"`,
      ...(at === 'momentum' && { change: { path: [...path, at], value: undefined } }),
    },
  ];
}
