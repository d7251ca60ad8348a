// Compiles the SIMD kernel (AssemblyScript) and writes it as a module of bytes, so that the core needs
// no file access to load it. The output is not under version control: build, test and start make it.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { program, run } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'src/core/engine/simd');
const target = path.join(folder, 'generated/kernel.ts');
const sources = ['matrices', 'open', 'adam', 'dropout', 'inversion', 'attribution', 'index'].map(
  (name) => path.join(folder, 'assembly', `${name}.ts`),
);

const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Compiles the kernel unless it is newer than its sources. */
export function buildKernel() {
  const inputs = [...sources, path.join(root, 'asconfig.json'), import.meta.filename];
  if (age(target) > Math.max(...inputs.map(age))) return;
  mkdirSync(path.dirname(target), { recursive: true });
  const binary = path.join(folder, 'generated/kernel.wasm');
  run(program('asc'), ['--config', 'asconfig.json']);
  const bytes = readFileSync(binary);
  rmSync(binary);
  writeFileSync(
    target,
    `/** WebAssembly of ../assembly, made by scripts/kernel.mjs. */\nexport const kernelBytes = new Uint8Array([${[...bytes].join(',')}]);\n`,
  );
  console.log(`kernel: ${bytes.length} bytes of WebAssembly`);
}

if (import.meta.filename === process.argv[1]) buildKernel();
