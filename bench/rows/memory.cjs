'use strict';
// Loaded before a program: when it ends, writes the most memory that it ever held, in bytes, to
// descriptor 3. Worker threads belong to the same process and need not tell.
const { writeSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('exit', () => {
    try {
      writeSync(3, String(process.resourceUsage().maxRSS * 1024));
    } catch {
      // A child of the program that inherited this hook has no descriptor 3.
    }
  });
}
