import type { Engine } from '../../core/engine/engine';
import { simdAvailable } from '../../core/engine/simd/webAssembly';
import { simdEngine } from '../../core/engine/simd/simdEngine';
import { typescriptEngine } from '../../core/engine/typescript/typescriptEngine';

/** An engine in this thread, with a note for the user on why it was chosen. */
export interface LocalEngine {
  readonly engine: Engine;
  readonly note?: string;
}

/** The SIMD kernel where it runs, otherwise plain TypeScript; both give the same numbers. */
export function fastestLocalEngine(): LocalEngine {
  return simdAvailable()
    ? { engine: simdEngine() }
    : {
        engine: typescriptEngine(),
        note: 'WebAssembly SIMD is missing here: plain TypeScript gives the same numbers, slower',
      };
}
