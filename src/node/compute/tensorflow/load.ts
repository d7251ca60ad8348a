import util from 'node:util';
import { LabError } from '../../../core/errors';
import type { Tensorflow } from '../../../core/engine/tensorflow/perceptron';
import {
  NATIVE,
  requireAtRunTime,
  BACKEND_VARIABLE,
  backendPreference,
  type BackendPreference,
} from './native';

/** TensorFlow.js, ready to compute. */
export interface LoadedTensorflow {
  readonly tf: Tensorflow;
  /** Version, backend, and why it was chosen, for people. */
  readonly description: string;
}

export type Require = (name: string) => unknown;

/**
 * Loads TensorFlow.js with the fastest backend: native if `@tensorflow/tfjs-node` is installed and works,
 * otherwise plain JavaScript.
 * @param load for tests
 * @throws LabError when the preference is none, or the native backend is insisted on and does not work
 */
export async function loadTensorflow(
  load: Require = requireAtRunTime(),
  preference: BackendPreference = backendPreference(),
): Promise<LoadedTensorflow> {
  const core: Tensorflow = await import('@tensorflow/tfjs-core');
  // Keeps TensorFlow.js from advertising its native backend; all copies in a process share their flags.
  core.env().set('PROD', true);
  const native =
    preference === 'plain' ? { reason: `${BACKEND_VARIABLE} is plain` } : await loadNative(load);
  if ('tf' in native) return native;
  if (preference === 'native') {
    throw new LabError('unsupported', `TensorFlow is not native: ${native.reason}`);
  }
  await import('@tensorflow/tfjs-backend-cpu');
  await useBackend(core, 'cpu');
  const description = `TensorFlow.js ${core.version_core}, backend cpu (plain JavaScript: ${native.reason})`;
  return { tf: core, description };
}

async function loadNative(load: Require): Promise<LoadedTensorflow | { reason: string }> {
  provideRemovedUtilities();
  // TensorFlow writes a greeting to stderr unless only warnings are logged.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  try {
    const tf = load(NATIVE) as Tensorflow;
    await useBackend(tf, 'tensorflow');
    return {
      tf,
      description: `TensorFlow.js ${tf.version_core}, backend tensorflow (native: ${NATIVE})`,
    };
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : String(error)).split('\n');
    const missing = message.includes(`Cannot find module '${NATIVE}'`);
    const reason = missing ? 'is not installed' : `cannot be loaded: ${message.trim()}`;
    return { reason: `${NATIVE} ${reason}` };
  }
}

/** Selects a backend and tests it, so that a broken one fails here. */
async function useBackend(tf: Tensorflow, name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`its backend ${name} cannot be started`);
  await tf.ready();
  const probe = tf.tidy(() => tf.sum(tf.square(tf.tensor1d([3, 4]))));
  const [sum] = await probe.data<'float32'>();
  probe.dispose();
  if (sum !== 25) throw new Error(`its backend ${name} computes 3² + 4² = ${sum}`);
}

/** tfjs-node 4.22 calls functions that Node 22 deprecates and Node 23 removes; these do not warn. */
function provideRemovedUtilities(): void {
  Object.assign(util, {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  });
}
