// Loaded into a program before its own code (--require): the file system refuses one of its changes, or all
// from one on. FAIL_AT: which change, counted from 1. FAIL_CODE: what it says. FAIL_FOREVER: whether all later
// ones fail as well. FAIL_COUNT: a file for the number of changes there were. FAIL_WITHIN: the folder whose
// files count, since caches of the user are none of the program's results.
'use strict';

const { isMainThread } = require('node:worker_threads');
const fs = require('node:fs');
const path = require('node:path');

const { FAIL_AT, FAIL_CODE = 'ENOSPC', FAIL_FOREVER, FAIL_COUNT, FAIL_WITHIN } = process.env;

if (isMainThread) {
  const at = Number(FAIL_AT ?? Infinity);
  let changes = 0;
  const refuse = () => {
    changes++;
    if (changes !== at && !(FAIL_FOREVER && changes > at)) return;
    throw Object.assign(new Error(`${FAIL_CODE}: refused for a test`), { code: FAIL_CODE });
  };
  const within = (file) =>
    typeof file === 'string' && !path.relative(FAIL_WITHIN ?? '/', file).startsWith('..');
  const writes = (flags) =>
    typeof flags === 'number' ? (flags & 3) !== 0 : /[wa+]/.test(flags ?? 'r');
  const real = { ...fs.promises };

  const half = (bytes) => Buffer.from(bytes).subarray(0, Math.floor(Buffer.from(bytes).length / 2));
  const watched = (handle) => {
    for (const name of ['write', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate']) {
      const own = handle[name].bind(handle);
      handle[name] = async (first, ...rest) => {
        try {
          refuse();
        } catch (error) {
          // A full disk takes a part of what is written.
          if (name === 'write' || name === 'writeFile')
            await handle.constructor.prototype.writeFile
              .call(handle, half(first))
              .catch(() => undefined);
          throw error;
        }
        return own(first, ...rest);
      };
    }
    return handle;
  };
  fs.promises.open = async (file, flags, ...rest) => {
    if (!within(file) || !writes(flags)) return real.open(file, flags, ...rest);
    refuse();
    return watched(await real.open(file, flags, ...rest));
  };
  for (const name of [
    'writeFile',
    'appendFile',
    'rename',
    'mkdir',
    'copyFile',
    'link',
    'symlink',
  ]) {
    fs.promises[name] = async (file, ...rest) => {
      if (within(file)) refuse();
      return real[name](file, ...rest);
    };
  }
  for (const name of ['writeFileSync', 'appendFileSync', 'renameSync', 'mkdirSync']) {
    const own = fs[name];
    fs[name] = (file, ...rest) => {
      if (within(file)) refuse();
      return own(file, ...rest);
    };
  }
  if (FAIL_COUNT)
    process.on('exit', () => fs.writeSync(fs.openSync(FAIL_COUNT, 'w'), String(changes)));
}
