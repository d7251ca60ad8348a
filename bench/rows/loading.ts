import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../hosts/bundle';
import type { Loading } from '../report';
import { summarise } from '../timing/statistics';

const REPEATS = { thorough: 15, quick: 5 } as const;

/** Times `require`, in a process of its own, with a `vscode` of which everything may be called. */
const PROGRAM = `
const Module = require('node:module');
const anything = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : name === 'then' ? undefined : anything),
  apply: () => anything,
  construct: () => anything,
});
const load = Module._load;
Module._load = (id, ...rest) => (id === 'vscode' ? anything : load(id, ...rest));
const began = performance.now();
require(process.argv[1]);
console.log(performance.now() - began);
`;

/** How long the extension's bundle takes to load, before anything is activated. It must have been built. */
export async function extensionLoading(quick: boolean): Promise<Loading> {
  const bundle = path.join(ROOT, 'dist/extension.js');
  const times: number[] = [];
  for (let i = 0; i < (quick ? REPEATS.quick : REPEATS.thorough); i++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROGRAM, bundle]);
    times.push(Number(stdout));
  }
  return { what: 'the extension, in a fresh process of Node', ms: summarise(times) };
}
