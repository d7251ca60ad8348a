import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/*
 * The published experiments of the thesis and their results with PyTorch, if they are in a folder beside the
 * checkout.
 */
const SHARED = path.resolve(__dirname, '../../../shared');

interface Figures {
  readonly polysemanticity: number;
  /** Feature dimensionality in the thesis, called coverage here. */
  readonly dimensionality: number;
  /** Mean polysemanticity per hidden layer. */
  readonly layers: readonly number[];
}

/** `reference/<name>.json`: a run of PyTorch with seed 42. */
export interface Reference {
  readonly hidden: readonly number[];
  readonly relu: boolean;
  /** First 8 values of each tensor, `<layer>.weight` and `<layer>.bias`. */
  readonly initialParametersHead: Readonly<Record<string, readonly number[]>>;
  readonly trainIndexHead: readonly number[];
  readonly testIndexHead: readonly number[];
  readonly firstBatchInputs: readonly (readonly number[])[];
  readonly stepLossHead: readonly number[];
  readonly trajectory: readonly Figures[];
  readonly baseline: Figures & {
    readonly testLoss: number;
    readonly perNeuron: readonly number[];
    /** `[neurons][features]` */
    readonly attribution: readonly (readonly number[])[];
  };
  readonly prune: readonly {
    readonly requested: number;
    readonly hidden: readonly number[];
    readonly parameters: number;
    readonly beforeRetraining: { readonly testLoss: number; readonly polysemanticity: number };
    readonly afterRetraining: Figures & { readonly testLoss: number };
  }[];
}

/** Whether the published files and results exist. */
export const isAvailable = existsSync(path.join(SHARED, 'reference'));

/** The results of an experiment. */
export function referenceOf(name: string): Reference {
  const file = path.join(SHARED, 'reference', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Reference;
}

/** Paths of an experiment's published files. */
export function publishedFiles(name: string): {
  data: string;
  encoder: string;
  featureModel: string;
} {
  const prefix = name.replace(/^NonLinear/, 'NL-').replace(/^Linear/, 'L-');
  const file = (what: string): string => path.join(SHARED, 'thesis', name, `${prefix}_${what}.pth`);
  return {
    data: file('data'),
    encoder: file('encoder'),
    featureModel: file('feature_model'),
  };
}
