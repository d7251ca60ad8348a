// Builds the kernel in src/kernel: as WebAssembly, written as a module of bytes so that the core needs no
// file access to load it, and natively where there is a C compiler. The output is not under version
// control: build, test, start and bench make it.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addonName, buildAddon } from './kernel/native.mjs';
import { assertionsOf, recordsOf, typescriptOf } from './kernel/records.mjs';
import { run } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
const sources = path.join(root, 'src/kernel');
const generated = path.join(root, 'src/core/engine/simd/generated');
const addon = path.join(root, 'dist/native', addonName(`${process.platform}-${process.arch}`));
const bytes = path.join(generated, 'kernel.ts');

const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether an output is older than the C sources and the scripts that make it of them. */
function isStale(output, script) {
  const scripts = ['kernel.mjs', 'kernel/records.mjs', script];
  const inputs = [
    ...readdirSync(sources).map((name) => path.join(sources, name)),
    ...scripts.map((name) => path.join(import.meta.dirname, name)),
  ];
  return age(output) <= Math.max(...inputs.map(age));
}

/** Builds what is older than its sources. The compiler of npm only works asynchronously: in a process. */
export function buildKernel() {
  if (isStale(bytes, 'kernel/webassembly.mjs')) run(process.execPath, [import.meta.filename]);
  if (isStale(addon, 'kernel/native.mjs')) makeAddon();
}

async function makeWebAssembly() {
  const { webassemblyOf } = await import('./kernel/webassembly.mjs');
  const files = Object.fromEntries(
    readdirSync(sources).map((name) => [name, readFileSync(path.join(sources, name), 'utf8')]),
  );
  const records = recordsOf(files['records.h']);
  const assertions = assertionsOf(records);
  const binary = await webassemblyOf({ ...files, 'records_check.h': assertions });
  mkdirSync(generated, { recursive: true });
  writeFileSync(path.join(generated, 'records_check.h'), assertions);
  writeFileSync(path.join(generated, 'records.ts'), typescriptOf(records));
  writeFileSync(
    bytes,
    `/** WebAssembly of src/kernel, made by scripts/kernel.mjs. */\nexport const kernelBytes = new Uint8Array([${[...binary].join(',')}]);\n`,
  );
  console.log(`kernel: ${binary.length} bytes of WebAssembly`);
}

function makeAddon() {
  rmSync(addon, { force: true });
  mkdirSync(path.dirname(addon), { recursive: true });
  const headers = path.join(root, 'node_modules/node-api-headers/include');
  const obstacle = buildAddon({ sources, generated, headers, output: addon });
  console.log(
    obstacle
      ? `native kernel: left out, ${obstacle}; WebAssembly gives the same numbers, slower`
      : `native kernel: ${path.relative(root, addon)}, ${statSync(addon).size} bytes`,
  );
}

if (import.meta.filename === process.argv[1]) await makeWebAssembly();
