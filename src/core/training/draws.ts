import { torchLinearInitialisation } from '../network/initialise';
import type { Layout } from '../network/layout';
import { MersenneTwister } from '../random/mersenneTwister';
import { requireSeed, stream } from '../random/streams';
import { int64, permutation } from '../random/torch';
import { Xoshiro } from '../random/xoshiro';

/** The samples for training and for testing, as indices into the data set. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * All random decisions in the training of one seed's specimens. All arms of a seed share the initial
 * parameters, the split and the order of samples (common random numbers), so that arms are paired and
 * differ only by treatment.
 */
export interface TrainingDraws {
  readonly initialParameters: Float32Array;
  readonly split: Split;
  /**
   * Order in which an epoch visits the training samples, `[train]`; read-only.
   * @param epoch 1-based; retraining continues the count after the last epoch of training
   */
  order(epoch: number): Uint32Array;
  /** Random bits of an arm's dropout masks in an epoch. */
  dropout(arm: string, epoch: number): Xoshiro;
}

/** Sizes that the draws depend on. */
export interface DrawShape {
  readonly layout: Layout;
  readonly samples: number;
  /** Number of training samples. */
  readonly train: number;
}

/**
 * `named`: one independent stream for each purpose. `torch`: PyTorch's own sequence after
 * `manual_seed(seed)`: the Linear layers, `random_split`, then each epoch of a shuffling `DataLoader`.
 */
export type StreamProtocol = 'named' | 'torch';

/**
 * The draws of one seed.
 * @throws LabError when the seed is not an integer in [0, 2⁵³)
 */
export function trainingDraws(
  protocol: StreamProtocol,
  seed: number,
  shape: DrawShape,
): TrainingDraws {
  requireSeed(seed);
  const dropout = (arm: string, epoch: number): Xoshiro =>
    new Xoshiro(stream(seed, 'dropout', arm, epoch));
  const shared = (protocol === 'torch' ? torchDraws : namedDraws)(seed, shape);
  return { ...shared, order: cached(shared.order), dropout };
}

/** Number of samples whose orders are cached, a few megabytes, since all arms ask for the same orders. */
const CACHED_SAMPLES = 1_000_000;

function cached(order: (epoch: number) => Uint32Array): (epoch: number) => Uint32Array {
  const known = new Map<number, Uint32Array>();
  let samples = 0;
  return (epoch) => {
    let found = known.get(epoch);
    if (found) return found;
    found = order(epoch);
    samples += found.length;
    if (samples > CACHED_SAMPLES) {
      known.clear();
      samples = found.length;
    }
    known.set(epoch, found);
    return found;
  };
}

type SharedDraws = Omit<TrainingDraws, 'dropout'>;

function namedDraws(seed: number, { layout, samples, train }: DrawShape): SharedDraws {
  return {
    initialParameters: torchLinearInitialisation(layout, stream(seed, 'initialisation')),
    split: splitAt(permutation(stream(seed, 'split'), samples), train),
    order: (epoch) => permutation(stream(seed, 'batches', epoch), train),
  };
}

function torchDraws(seed: number, { layout, samples, train }: DrawShape): SharedDraws {
  const generator = MersenneTwister.fromSeed(seed);
  const initialParameters = torchLinearInitialisation(layout, generator);
  const split = splitAt(permutation(generator, samples), train);
  const epochSeeds: number[] = [];
  return {
    initialParameters,
    split,
    order(epoch) {
      while (epochSeeds.length < epoch) epochSeeds.push(loaderSeed(generator));
      return permutation(MersenneTwister.fromSeed(epochSeeds[epoch - 1]), train);
    },
  };
}

/**
 * Seed of an epoch of a shuffling `DataLoader`: its iterator draws a base seed for its workers, then the
 * seed of its sampler, of which `manual_seed` uses the low 32 bits.
 */
export function loaderSeed(generator: MersenneTwister): number {
  int64(generator);
  return Number(int64(generator) & 0xffffffffn);
}

function splitAt(order: Uint32Array, train: number): Split {
  return { train: order.slice(0, train), test: order.slice(train) };
}
