import { existsSync, statSync } from 'node:fs';
import Module, { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { transform } from 'sucrase';
import { FILE_KINDS } from '../../files/fileKinds';
import { readRegularSync } from '../../files/regularFile';

/** Name of the lab's module in cells. */
const API_NAME = 'polysemanticity';

/** The API's bundle, or its source. */
const API_FILE = [
  path.join(__dirname, 'polysemanticity.js'),
  path.resolve(__dirname, '../../../api/index.ts'),
].find((file) => existsSync(file));

/** Module loading for a notebook: imports are relative to its folder. */
export interface NotebookModules {
  /** Like `import()`. */
  import(specifier: string, options?: ImportCallOptions): Promise<Record<string, unknown>>;
  readonly require: NodeJS.Require;
  /** The `import.meta` of cells. */
  readonly meta: { readonly url: string; readonly dirname: string; readonly filename: string };
}

/** Untyped parts of Node's module loader. */
interface LoaderInternals {
  _resolveFilename: (this: unknown, request: string, ...rest: unknown[]) => string;
  readonly _extensions: Record<string, (module: Compilable, file: string) => void>;
}
interface Compilable {
  _compile(code: string, file: string): void;
}

type DynamicImport = NotebookModules['import'];

/** Sets up module loading for a notebook in this folder, for the whole process. */
export function openModules(folder: string): NotebookModules {
  const filename = path.join(folder, 'notebook.mjs');
  const require = Module.createRequire(filename);
  resolveApi();
  loadTypescript();
  // Resolves like an ES module in the notebook's place, including import conditions of packages.
  const dynamicImport = vm.runInThisContext('(specifier, options) => import(specifier, options)', {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as DynamicImport;
  return {
    require,
    meta: { url: pathToFileURL(filename).href, dirname: folder, filename },
    async import(specifier, options) {
      if (specifier === API_NAME) return namespaceOf(require(API_NAME));
      const file = isRelative(specifier) ? localFile(folder, specifier) : undefined;
      if (file && /\.(ts|cts|mts)$/.test(file)) return namespaceOf(require(file));
      if (file?.endsWith('.json')) {
        return {
          default: JSON.parse(readRegularSync(file, FILE_KINDS.json).toString()) as unknown,
        };
      }
      return dynamicImport(file ? pathToFileURL(file).href : specifier, options);
    },
  };
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier) || path.isAbsolute(specifier);
}

const ENDINGS = [
  '',
  '.ts',
  '.mts',
  '.cts',
  '.js',
  '.mjs',
  '.cjs',
  '.json',
  '/index.ts',
  '/index.js',
];

/** The file of a relative import, with or without extension. */
function localFile(folder: string, specifier: string): string | undefined {
  const base = path.resolve(folder, specifier);
  const isFile = (file: string): boolean =>
    statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  // TypeScript imports name the compiled file.
  const source = base.replace(/\.([cm]?)js$/, '.$1ts');
  return [...ENDINGS.map((ending) => base + ending), source].find(isFile);
}

function resolveApi(): void {
  const loader = Module as unknown as LoaderInternals;
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    if (request === API_NAME && API_FILE) return API_FILE;
    return resolve.call(this, request, ...rest);
  };
  if (!API_FILE) return;
  // The same for ES modules, which Node resolves in another thread.
  const hooks = `const url = ${JSON.stringify(pathToFileURL(API_FILE).href)};
export const resolve = (specifier, context, next) =>
  specifier === ${JSON.stringify(API_NAME)} ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

/** Adds loading of TypeScript files by stripping their types. */
function loadTypescript(): void {
  const { _extensions: loaders } = Module as unknown as LoaderInternals;
  for (const ending of ['.ts', '.cts', '.mts']) {
    // When the kernel runs from sources, tsx has already set a loader.
    loaders[ending] ??= (module, file) => {
      const code = readRegularSync(file, FILE_KINDS.json).toString();
      module._compile(
        transform(code, { transforms: ['typescript', 'imports'], filePath: file }).code,
        file,
      );
    };
  }
}

/** The ES namespace of a CommonJS module. */
function namespaceOf(exports: unknown): Record<string, unknown> {
  const names = typeof exports === 'object' && exports !== null ? exports : {};
  return { default: exports, ...names };
}
