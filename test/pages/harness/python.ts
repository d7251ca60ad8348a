import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { editorFolder, root } from '../../../scripts/editor/paths';
import { writeNotebook } from '../../../src/node/notebook/nbformat/notebookFile';

/** Environment variable with a Python interpreter that has {@link PACKAGES}; by default the tests create one. */
const INTERPRETER_VARIABLE = 'POLYSEMANTICITY_PYTHON';
const PACKAGES = ['ipykernel', 'nbclient', 'nbformat', 'nbconvert', 'numpy'];

const WINDOWS = process.platform === 'win32';
const ENVIRONMENT = path.join(editorFolder, 'python');
const OWN = path.join(ENVIRONMENT, WINDOWS ? 'Scripts/python.exe' : 'bin/python');
const TOOLS = path.join(root, 'test/fixtures/python/notebooks.py');

/** Limit for installing packages. The first start of an interpreter also compiles its modules. */
const INSTALLING = 120_000;
const STARTING = 60_000;

/** A Python with Jupyter, or the reason why there is none. */
type Found = { readonly python: Python } | { readonly reason: string };

let known: Found | undefined;

/**
 * The Python with Jupyter of this machine. If there is none and none can be installed, the tests of a suite are
 * skipped, and the reason is printed.
 * @param context `this` of a hook that runs before all tests
 */
export function pythonOrSkip(context: Mocha.Context): Python {
  context.timeout(INSTALLING + 4 * STARTING);
  known ??= findPython();
  if ('python' in known) return known.python;
  console.log(`    skipped, since there is no Python with Jupyter: ${known.reason}`);
  return context.skip();
}

/** Finds one, or installs one in the cache of the tests, which requires a network. */
function findPython(): Found {
  const named = process.env[INTERPRETER_VARIABLE];
  if (named) return ready(named) ?? missing(`${INTERPRETER_VARIABLE}=${named}`);
  const found = existsSync(OWN) ? ready(OWN) : undefined;
  if (found) return found;
  // An existing environment may be incomplete: this completes it.
  const made = start(WINDOWS ? 'python' : 'python3', ['-m', 'venv', ENVIRONMENT], STARTING);
  if (made !== undefined) return { reason: `no virtual environment can be made: ${made}` };
  const options = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '15'];
  const installed = start(
    OWN,
    // Packages without a wheel for this machine would have to be compiled.
    ['-m', 'pip', 'install', ...options, '--only-binary', ':all:', ...PACKAGES],
    INSTALLING,
  );
  if (installed !== undefined) return { reason: `pip cannot install Jupyter: ${installed}` };
  return ready(OWN) ?? missing(OWN);
}

function ready(executable: string): Found | undefined {
  const failure = start(executable, ['-c', `import ${PACKAGES.join(', ')}`], STARTING);
  return failure === undefined ? { python: new Python(executable) } : undefined;
}

function missing(executable: string): Found {
  return { reason: `${executable} cannot import ${PACKAGES.join(', ')}` };
}

/** @returns the last line of a failed program; undefined if it succeeded */
function start(command: string, args: readonly string[], timeout: number): string | undefined {
  const options = { encoding: 'utf8', timeout, env: environment() } as const;
  const { status, error, stdout, stderr } = spawnSync(command, args, options);
  if (error) return error.message;
  if (status === 0) return undefined;
  const said = `${stdout}\n${stderr}`.trim().split('\n');
  return said.slice(-3).join(' ') || `${command} ended with code ${status}`;
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // Bytecode is not part of the sources, and a kernel of the same name may be installed elsewhere.
    PYTHONDONTWRITEBYTECODE: '1',
    JUPYTER_PREFER_ENV_PATH: '1',
    PYTHONUTF8: '1',
  };
}

/** An interpreter with Jupyter. */
export class Python {
  constructor(private readonly executable: string) {}

  /** Executes cells with a real kernel in a folder. @returns the executed notebook */
  execute(sources: readonly string[], folder: string): string {
    const cells = sources.map((source) => ({
      cell_type: 'code' as const,
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    }));
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells } as const;
    return this.run([TOOLS, 'execute', folder], writeNotebook(notebook));
  }

  /** Validates notebooks with nbformat. @throws with the reason why the first invalid one is invalid */
  validate(files: readonly string[]): void {
    this.run([TOOLS, 'validate', ...files]);
  }

  /** A notebook as a web page, converted by nbconvert. */
  html(file: string): string {
    return this.run(['-m', 'nbconvert', '--log-level', 'ERROR', '--to', 'html', '--stdout', file]);
  }

  private run(args: readonly string[], input = ''): string {
    const { status, error, stdout, stderr } = spawnSync(this.executable, args, {
      input,
      encoding: 'utf8',
      timeout: 120_000,
      maxBuffer: 2 ** 28,
      env: environment(),
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with code ${status}:\n${stderr}`);
    return stdout;
  }
}
