// The kernel in WebAssembly, by the clang that comes as an npm package: no toolchain is needed.
import { commands, runLLVM } from '@yowasp/clang';

const COMPILE = [
  '--target=wasm32',
  '-std=gnu11',
  '-O3',
  '-msimd128',
  '-mbulk-memory',
  '-ffp-contract=off',
  '-ffreestanding',
  // References count from 0 on.
  '-fno-delete-null-pointer-checks',
  '-Wall',
  '-Wextra',
  '-Werror',
];
const LINK = ['--no-entry', '--strip-all', '--export=__heap_base'];

/** The bytes of the module. @param files the sources, by name */
export async function webassemblyOf(files) {
  // It tells how it loads itself, unless it has been loaded.
  await runLLVM(null, {}, { fetchProgress: () => undefined });
  const stderr = (bytes) => bytes && process.stderr.write(bytes);
  const options = { stderr };
  const compiled = await commands.clang(
    [...COMPILE, '-c', '-o', 'kernel.o', 'kernel.c'],
    files,
    options,
  );
  const object = { 'kernel.o': compiled['kernel.o'] };
  const linked = await commands['wasm-ld'](
    [...LINK, '-o', 'kernel.wasm', 'kernel.o'],
    object,
    options,
  );
  return linked['kernel.wasm'];
}
