import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Conversation, type Host, type Reply } from './messages';

const FOLDER = path.resolve(__dirname, '../pytorch');
const ENVIRONMENT = path.join(FOLDER, '.venv');
const WINDOWS = process.platform === 'win32';
const PACKAGES = ['torch==2.13.0', 'numpy'];

/** Names an interpreter that has PyTorch, instead of the bench's own environment. */
const INTERPRETER_VARIABLE = 'POLYSEMANTICITY_BENCH_PYTHON';

/** The Python that has PyTorch, if there is one. */
export function interpreter(): string | undefined {
  const named = process.env[INTERPRETER_VARIABLE];
  if (named) return named;
  const own = path.join(ENVIRONMENT, WINDOWS ? 'Scripts/python.exe' : 'bin/python');
  return existsSync(own) ? own : undefined;
}

/** Makes the virtual environment of the PyTorch side and installs its packages. */
export function setUpPython(): void {
  const run = (command: string, args: readonly string[]): void => {
    const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
    if (error) throw new Error(`cannot run ${command}: ${error.message}`);
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${status}`);
  };
  run(WINDOWS ? 'python' : 'python3', ['-m', 'venv', ENVIRONMENT]);
  const python = path.join(ENVIRONMENT, WINDOWS ? 'Scripts/python.exe' : 'bin/python');
  run(python, ['-m', 'pip', 'install', ...PACKAGES]);
}

/** The PyTorch process and its description. */
export async function pythonHost(
  python: string,
): Promise<{ readonly host: Host; readonly description: string }> {
  const conversation = new Conversation('PyTorch');
  const child = spawn(python, ['-u', path.join(FOLDER, 'server.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Python's byte code does not belong to the sources; NumPy's product is measured on one core.
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  child.on('error', (error) => conversation.ended(error.message));
  child.on('exit', (code, signal) => conversation.ended(`ended with ${signal ?? `code ${code}`}`));
  createInterface(child.stdout).on('line', (line) =>
    conversation.answer(JSON.parse(line) as Reply),
  );
  const host: Host = {
    call: (request) =>
      conversation.ask(() => child.stdin.write(`${JSON.stringify(request, encode)}\n`)),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
  const { description } = await host.call({ operation: 'hello' });
  return { host, description: description ?? 'PyTorch' };
}

/** Typed arrays as base64: JSON has none. */
function encode(_: string, value: unknown): unknown {
  if (!(value instanceof Float32Array)) return value;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { float32: bytes.toString('base64') };
}
