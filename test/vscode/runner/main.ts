import { parseArgs } from 'node:util';
import { ensureEditor } from '../../../scripts/editor/install';
import { runInServer } from './inServer';
import { runOnDesktop } from './onDesktop';
import { suites } from './suites';

/*
 * Runs the suites in a real VS Code; ends with code 1 unless all of them pass.
 *
 *   npm test -- --vscode [--suite trusted] [--file tree] [--grep "is trusted"]    in the VS Code server
 *   npm run test:desktop [-- the same options]    in VS Code for the desktop, the oldest supported and the newest,
 *                                                 which are downloaded from its update host
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
  // Both ways of running hand the environment on to the extension host.
  process.env.POLYSEMANTICITY_FILES = values.file.join(',');
  process.env.POLYSEMANTICITY_GREP = values.grep;
  const chosen = suites.filter(({ name }) => values.suite === undefined || name === values.suite);
  if (chosen.length === 0) {
    throw new Error(`no suite ${values.suite}: there are ${suites.map((s) => s.name).join(', ')}`);
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
