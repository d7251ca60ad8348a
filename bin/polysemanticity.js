#!/usr/bin/env node
'use strict';

const { existsSync } = require('node:fs');
const path = require('node:path');

const program = path.join(__dirname, '..', 'dist', 'cli.js');
if (existsSync(program)) {
  require(program);
} else {
  console.error('polysemanticity: not built yet. Run: npm run build');
  process.exitCode = 1;
}
