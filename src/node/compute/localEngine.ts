import type { Engine } from '../../core/engine/engine';
import { simdEngine } from '../../core/engine/simd/simdEngine';
import { typescriptEngine } from '../../core/engine/typescript/typescriptEngine';
import type { StopSignal } from '../../core/stop';
import { chosenKernel } from './native/choice';

/** An engine in this thread, with a note for the user on why it was chosen. */
export interface LocalEngine {
  readonly engine: Engine;
  readonly note?: string;
}

/**
 * The fastest kernel that runs in this thread, otherwise plain TypeScript: the same numbers either way.
 * @param stop stops whatever the kernel does: nothing else ends a thread in the middle of native code
 */
export function fastestLocalEngine(stop?: StopSignal): LocalEngine {
  const kernel = chosenKernel();
  return kernel
    ? { engine: simdEngine(kernel, stop) }
    : {
        engine: typescriptEngine(),
        note: 'WebAssembly SIMD is missing here: plain TypeScript gives the same numbers, slower',
      };
}
