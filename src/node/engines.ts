import type { Engine, EngineName } from '../core/engine/engine';
import { simdAvailable } from '../core/engine/simd/kernel';
import { simdEngine } from '../core/engine/simd/simdEngine';
import { tensorflowEngine } from '../core/engine/tensorflow/tensorflowEngine';
import { typescriptEngine } from '../core/engine/typescript/typescriptEngine';
import { loadTensorflow } from './tensorflow';

/** What users may ask for. */
export type EngineChoice = EngineName | 'auto';

export const ENGINE_CHOICES: readonly EngineChoice[] = ['auto', 'simd', 'typescript', 'tensorflow'];

/** An engine, and what a user should know of its choice. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly note?: string;
}

/** The SIMD kernel where it runs, otherwise plain TypeScript. */
export function fastestLocalEngine(): ChosenEngine {
  return simdAvailable()
    ? { engine: simdEngine() }
    : {
        engine: typescriptEngine(),
        note: 'WebAssembly SIMD is missing here: plain TypeScript gives the same numbers, slower',
      };
}

/** Makes the engine that was asked for; `auto` is the SIMD kernel where it runs. */
export async function createEngine(choice: EngineChoice): Promise<ChosenEngine> {
  switch (choice) {
    case 'tensorflow': {
      const { tf, description } = await loadTensorflow();
      return { engine: tensorflowEngine(tf, description) };
    }
    case 'typescript':
      return { engine: typescriptEngine() };
    case 'simd':
    case 'auto':
      return fastestLocalEngine();
  }
}
