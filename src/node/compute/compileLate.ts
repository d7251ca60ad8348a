import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 wait before it optimises a function, until it has run six times as long as it would otherwise
 * wait. The time of a run is spent in the kernel, which is compiled once; but every thread compiles its own
 * copy of all the functions around it, and of the smallest experiment that took a tenth of all the time. To
 * be called before threads are started, in a process that is the program's own.
 */
export function compileLate(): void {
  // By default 67584 (Node 20), in bytes of bytecode.
  setFlagsFromString('--interrupt-budget=400000');
}
