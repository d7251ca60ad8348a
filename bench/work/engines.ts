import type { Engine, EngineName } from '../../src/core/engine/engine';
import { simdEngine } from '../../src/core/engine/simd/simdEngine';
import { tensorflowEngine } from '../../src/core/engine/tensorflow/tensorflowEngine';
import { typescriptEngine } from '../../src/core/engine/typescript/typescriptEngine';
import { loadTensorflow } from '../../src/node/compute/tensorflow/load';

/** An engine, and whether it steps its specimens together. */
export interface NamedEngine {
  readonly engine: Engine;
  readonly stacked: boolean;
}

/** Makes the engine of a name. */
export async function engineNamed(name: EngineName): Promise<NamedEngine> {
  switch (name) {
    case 'simd':
      return { engine: simdEngine(), stacked: false };
    case 'typescript':
      return { engine: typescriptEngine(), stacked: false };
    case 'tensorflow': {
      const { tf, description } = await loadTensorflow();
      return { engine: tensorflowEngine(tf, description), stacked: true };
    }
  }
}
