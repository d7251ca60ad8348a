import { prunesWeights, UNIT_SCORES, type PruningMethod } from '../pruning/methods';
import type { ArmMethod } from './armMethods';
import type { Specification } from './specification';

/** How a specimen of an arm is trained, with the arm's own fields filled in. */
export type ArmTraining = Specification['training'] & {
  /** Dropout probability after every hidden activation; none if left out. */
  readonly dropout?: number;
};

/** What an arm prunes, with the experiment's fields filled in. */
export interface ArmPruning {
  readonly method: ArmMethod | PruningMethod;
  readonly norm?: Specification['pruning']['norm'];
  readonly normalize?: boolean;
  readonly caps?: Specification['pruning']['caps'];
  readonly scope?: 'global' | 'layer';
  readonly outputLayer?: boolean;
  /** The arm whose widths are taken. */
  readonly widthsOf?: string;
  /** Epoch of the training to which the survivors return. */
  readonly rewind?: number;
  readonly schedule?: {
    readonly steps: number;
    readonly shares: 'linear' | 'geometric';
    readonly epochs?: number;
  };
}

/** One treatment of an experiment: how it trains, what it prunes, how it retrains. */
export interface Arm {
  readonly name: string;
  readonly training: ArmTraining;
  /** The arm whose leg of training it continues: its own name, or an earlier arm that trains alike. */
  readonly trainedAs: string;
  /** Undefined for a control, which is only trained for as long. */
  readonly pruning?: ArmPruning;
  /** Requested ratios; 0 alone for a control. */
  readonly ratios: readonly number[];
  readonly retraining: Specification['pruning']['retraining'];
}

const cache = new WeakMap<Specification, ReadonlyMap<string, Arm>>();

/**
 * The arms of an experiment by name, in the order of tables. Without `arms`, these are the thesis's: `dense`
 * and, where asked for, its twin `dropout`, pruned by one method at every ratio.
 */
export function armsOf(specification: Specification): ReadonlyMap<string, Arm> {
  let found = cache.get(specification);
  if (!found) {
    const arms = specification.arms ? namedArms(specification) : thesisArms(specification);
    found = new Map(arms.map((arm) => [arm.name, arm]));
    cache.set(specification, found);
  }
  return found;
}

/** @throws Error for an arm that the experiment does not have, which is a mistake of the caller */
export function armNamed(specification: Specification, name: string): Arm {
  const arm = armsOf(specification).get(name);
  if (!arm) throw new Error(`the experiment has no arm ${name}`);
  return arm;
}

/** Whether a leg of the arm continues a leg of training, or scores its result. */
export function needsTraining({ pruning }: Pick<Arm, 'pruning'>): boolean {
  return pruning?.method !== 'scratch' && pruning?.method !== 'snip';
}

/** Whether an arm masks single weights instead of removing units. */
export function masksWeights({ pruning }: Pick<Arm, 'pruning'>): boolean {
  return pruning !== undefined && pruning.method !== 'scratch' && prunesWeights(pruning.method);
}

function thesisArms({ training, specimen, pruning }: Specification): Arm[] {
  const { ratios, retraining, method, norm, normalize, caps } = pruning;
  const common = { pruning: { method, norm, normalize, caps }, ratios, retraining };
  const dense: Arm = { name: 'dense', trainedAs: 'dense', training, ...common };
  const { dropoutTwin: dropout } = specimen;
  if (dropout === undefined) return [dense];
  const twin = { ...training, dropout };
  return [dense, { name: 'dropout', trainedAs: 'dropout', training: twin, ...common }];
}

function namedArms({ training: shared, pruning: defaults, arms = [] }: Specification): Arm[] {
  /** By its fields as text: the first arm that trains so. */
  const trainers = new Map<string, string>();
  return arms.map(({ name, training: own, pruning }): Arm => {
    const training = { ...shared, ...own };
    const retraining = { ...defaults.retraining, ...pruning?.retraining };
    const arm = { name, training, trainedAs: name, retraining, ratios: [0] };
    const pruned = pruning && {
      ...arm,
      pruning: {
        ...pruning,
        norm: pruning.norm ?? defaults.norm,
        normalize: pruning.normalize ?? defaults.normalize,
        caps: pruning.caps ?? (takesSharedCaps(pruning) ? defaults.caps : undefined),
      },
      ratios: pruning.ratios ?? defaults.ratios,
    };
    const whole: Arm = pruned ?? arm;
    if (!needsTraining(whole)) return whole;
    const alike = JSON.stringify(Object.entries(training).sort(([a], [b]) => (a < b ? -1 : 1)));
    const trainedAs = trainers.get(alike) ?? name;
    trainers.set(alike, trainedAs);
    return { ...whole, trainedAs };
  });
}

/** Whether the experiment's caps, which are shares of hidden layers, apply to an arm without its own. */
function takesSharedCaps({ method, widthsOf }: Pick<ArmPruning, 'method' | 'widthsOf'>): boolean {
  return widthsOf === undefined && (UNIT_SCORES as readonly string[]).includes(method);
}
