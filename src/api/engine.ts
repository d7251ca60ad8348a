import type { Engine } from '../core/engine/engine';
import { fastestLocalEngine } from '../node/compute/localEngine';

let engine: Engine | undefined;

/** The engine of this thread, created on first use: the SIMD kernel, or plain TypeScript with the same results. */
export function localEngine(): Engine {
  engine ??= fastestLocalEngine().engine;
  return engine;
}
