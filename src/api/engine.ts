import type { Engine } from '../core/engine/engine';
import { fastestLocalEngine } from '../node/compute/localEngine';

let engine: Engine | undefined;

/**
 * What computes in this thread: the SIMD kernel where it runs, otherwise plain TypeScript, with the same
 * numbers. It is made when something is to be computed.
 */
export function localEngine(): Engine {
  engine ??= fastestLocalEngine().engine;
  return engine;
}
