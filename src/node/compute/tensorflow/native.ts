import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { invalid, show } from '../../../core/errors';

/** The package of native TensorFlow. */
export const NATIVE = '@tensorflow/tfjs-node';

/** The preferred backend. If the native one does not work, `native` throws and `any` uses plain JavaScript. */
export type BackendPreference = 'any' | 'native' | 'plain';

/** Environment variable with a {@link BackendPreference}. */
export const BACKEND_VARIABLE = 'POLYSEMANTICITY_TENSORFLOW';

/** @throws LabError when the environment variable is not valid */
export function backendPreference(): BackendPreference {
  const preference = process.env[BACKEND_VARIABLE] ?? 'any';
  if (preference === 'any' || preference === 'native' || preference === 'plain') return preference;
  throw invalid(`${BACKEND_VARIABLE} must be any, native or plain, not ${show(preference)}`);
}

/** Environment variable with the folder whose node_modules hold the native package. */
export const FOLDER_VARIABLE = 'POLYSEMANTICITY_TENSORFLOW_FOLDER';

/** A `require` that bundlers do not recognise, since the native package cannot be bundled. */
export function requireAtRunTime(): NodeJS.Require {
  const { createRequire } = process.getBuiltinModule('node:module');
  const folder = process.env[FOLDER_VARIABLE];
  if (folder && existsSync(path.join(folder, 'node_modules', NATIVE))) {
    return createRequire(path.join(folder, 'package.json'));
  }
  return createRequire(__filename);
}

/**
 * Version of the native package and its binding, whether or not it can be loaded; undefined if it is not
 * installed or not wanted.
 */
export function installedTensorflow(): string | undefined {
  if (backendPreference() === 'plain') return undefined;
  try {
    const file = requireAtRunTime().resolve(`${NATIVE}/package.json`);
    // Trusted: the package is loaded as code anyway.
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    const lib = path.join(path.dirname(file), 'lib');
    const binding = readdirSync(lib)
      .map((name) => path.join(lib, name, 'tfjs_binding.node'))
      .find((name) => existsSync(name));
    return binding && `${version}, ${statSync(binding).mtime.toISOString()}`;
  } catch {
    return undefined;
  }
}
