import { createInterface } from 'node:readline';
import { LabError } from '../../../core/errors';
import { onStop, Stopped } from '../../../core/stop';
import { startCommand } from '../children/programs';
import { FOLDER_VARIABLE, NATIVE } from './native';

export interface TensorflowInstallation {
  /** The package goes into the node_modules of this folder, which must exist. */
  readonly folder: string;
  readonly version: string;
  /** Called with every line that npm writes. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Program and first arguments instead of `npm`. */
  readonly npm?: readonly [program: string, ...first: string[]];
}

/** Tests whether the package loads and multiplies. Runs in its own process, since a broken binding may crash it. */
const PROBE = `
  const util = require('node:util');
  util.isArray ??= Array.isArray;
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const tf = require('module').createRequire(process.env.${FOLDER_VARIABLE} + '/package.json')('${NATIVE}');
  const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
  if (product !== 11) throw new Error('computes ' + product);
`;

/** Words of npm's output when a host cannot be reached. */
const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network|403|404)\b/;
const PLAIN = 'The engine "tensorflow" still works in plain JavaScript.';

/**
 * Installs native TensorFlow with npm and tests it.
 * @throws Stopped when the signal is set
 * @throws LabError (`worker`) that says why it failed
 */
export async function installTensorflow({
  folder,
  version,
  onLine,
  signal,
  npm: [program, ...first] = [process.platform === 'win32' ? 'npm.cmd' : 'npm'],
}: TensorflowInstallation): Promise<void> {
  let isUnreachable = false;
  const install = [...first, 'install', '--prefix', '.', '--no-audit', '--no-fund'];
  const failure = await run(program, [...install, `${NATIVE}@${version}`], {
    cwd: folder,
    signal,
    onLine: (line) => {
      isUnreachable ||= UNREACHABLE.test(line);
      onLine(line);
    },
  });
  if (failure !== undefined) {
    const reason = isUnreachable
      ? 'a host that its package is fetched from could not be reached'
      : failure;
    throw new LabError('worker', `TensorFlow was not installed: ${reason}. ${PLAIN}`);
  }
  const broken = await run(process.execPath, ['-e', PROBE], {
    cwd: folder,
    signal,
    onLine,
    env: { TF_CPP_MIN_LOG_LEVEL: '2', [FOLDER_VARIABLE]: folder },
  });
  if (broken !== undefined) {
    throw new LabError(
      'worker',
      `TensorFlow is installed but does not compute: ${broken}. ${PLAIN}`,
    );
  }
}

interface Execution {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end.
 * @returns why it failed; undefined if it succeeded
 * @throws Stopped when the signal is set
 */
async function run(
  program: string,
  args: readonly string[],
  { cwd, signal, onLine, env }: Execution,
): Promise<string | undefined> {
  const child = startCommand(program, args, { folder: cwd, env });
  for (const input of [child.process.stdout, child.process.stderr]) {
    if (input) createInterface({ input }).on('line', onLine);
  }
  const endListening = onStop(signal, () => void child.process.kill());
  const { reason, code, error } = await child.ended;
  endListening();
  if (signal.aborted) throw new Stopped();
  if (code === 0) return undefined;
  return error?.code === 'ENOENT' ? `${program} was not found` : `${program}: ${reason}`;
}
