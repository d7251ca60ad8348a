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
 * The fastest kernel that runs in this thread, otherwise plain TypeScript; all give the same numbers.
 * @param stop stops the kernel in the middle of a call, since a thread cannot be terminated in native code
 */
export function fastestLocalEngine(stop?: StopSignal): LocalEngine {
  const kernel = chosenKernel();
  return kernel
    ? { engine: simdEngine(kernel, stop) }
    : {
        engine: typescriptEngine(),
        note: 'WebAssembly SIMD is not available: plain TypeScript gives the same numbers, but is slower',
      };
}
