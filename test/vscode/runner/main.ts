import { parseArgs } from 'node:util';
import { ensureEditor } from '../../../scripts/editor/install';
import { runInServer } from './inServer';
import { runOnDesktop } from './onDesktop';
import { suites } from './suites';

/*
 * Runs the suites in a real VS Code. The exit code is 1 unless all of them pass.
 *
 *   npm test -- --vscode [--suite trusted] [--file tree] [--grep "is trusted"]    in the VS Code server
 *   npm run test:desktop [-- the same options]    in desktop VS Code, in the oldest supported version and the
 *                                                 newest, both downloaded from the update host
 */

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      desktop: { type: 'boolean', default: false },
      suite: { type: 'string' },
      file: { type: 'string', multiple: true, default: [] },
      grep: { type: 'string', default: '' },
    },
  });
  // The extension host inherits the environment in both ways of running.
  process.env.POLYSEMANTICITY_FILES = values.file.join(',');
  process.env.POLYSEMANTICITY_GREP = values.grep;
  const chosen = suites.filter(({ name }) => values.suite === undefined || name === values.suite);
  if (chosen.length === 0) {
    const names = suites.map(({ name }) => name).join(', ');
    throw new Error(`unknown suite ${values.suite}: expected one of ${names}`);
  }
  if (!values.desktop) ensureEditor();
  let passed = true;
  for (const suite of chosen) {
    const ran = values.desktop ? await runOnDesktop(suite) : await announceAndRun(suite);
    passed &&= ran;
  }
  process.exitCode = passed ? 0 : 1;
}

function announceAndRun(suite: (typeof suites)[number]): Promise<boolean> {
  console.log(`\n${suite.name} workspace, in the VS Code server with Chromium as its window`);
  return runInServer(suite);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
