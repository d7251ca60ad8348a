import type { Engine, EngineName } from '../core/engine/engine';
import { tensorflowEngine } from '../core/engine/tensorflow/tensorflowEngine';
import { typescriptEngine } from '../core/engine/typescript/typescriptEngine';
import { loadTensorflow } from './tensorflow';

/** What users may ask for. */
export type EngineChoice = EngineName | 'auto';

export const ENGINE_CHOICES: readonly EngineChoice[] = ['auto', 'typescript', 'tensorflow'];

/** Makes the engine that was asked for; `auto` is the one that is always there. */
export async function createEngine(choice: EngineChoice): Promise<Engine> {
  if (choice !== 'tensorflow') return typescriptEngine();
  const { tf, description } = await loadTensorflow();
  return tensorflowEngine(tf, description);
}
