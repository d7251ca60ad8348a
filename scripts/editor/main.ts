import { ensureBrowser, ensureEditor } from './install';

/*
 * Installs the VS Code of the tests, or only the browser: tsx scripts/editor/main.ts [browser]
 */

try {
  if (process.argv[2] === 'browser') ensureBrowser();
  else ensureEditor();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
