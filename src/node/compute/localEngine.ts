import type { Engine } from '../../core/engine/engine';
import { simdEngine } from '../../core/engine/simd/simdEngine';
import { typescriptEngine } from '../../core/engine/typescript/typescriptEngine';
import { chosenKernel } from './native/choice';

/** An engine in this thread, with a note for the user on why it was chosen. */
export interface LocalEngine {
  readonly engine: Engine;
  readonly note?: string;
}

/** The fastest kernel that runs in this thread, otherwise plain TypeScript: the same numbers either way. */
export function fastestLocalEngine(): LocalEngine {
  const kernel = chosenKernel();
  return kernel
    ? { engine: simdEngine(kernel) }
    : {
        engine: typescriptEngine(),
        note: 'WebAssembly SIMD is missing here: plain TypeScript gives the same numbers, slower',
      };
}
