import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ensureServer } from './editor/install';
import { root } from './editor/paths';
import { startServer } from './editor/server';
import { findProgram } from './editor/systemPackages';
import { packageExtension } from './package';

/*
 * npm run lab [-- FOLDER] [--server]: opens a folder, by default examples/, in VS Code with the built extension.
 * Uses desktop VS Code if `code` is on PATH. Otherwise, or with --server, installs and starts the VS Code server of
 * the tests, until Ctrl-C.
 */

async function main(folder: string): Promise<void> {
  const desktop = findProgram('code');
  if (desktop !== undefined && !process.argv.includes('--server')) {
    console.log(`lab: ${desktop} on ${folder}, with the extension as it is built here`);
    const args = [folder, '--new-window', `--extensionDevelopmentPath=${root}`];
    const { status } = spawnSync(desktop, args, { stdio: 'inherit' });
    process.exitCode = status ?? 1;
    return;
  }
  ensureServer();
  const server = await startServer({ vsix: packageExtension().file });
  const stopping = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const address = server.address({ folder });
  console.log('lab: there is no `code` on PATH, so this is the VS Code server, for you only.');
  console.log(`\n    ${address}\n\nOpen it in a browser. Ctrl-C ends it.`);
  await stopping;
  console.log('\nlab: ending');
  await server.stop();
}

const named = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
main(path.resolve(named ?? path.join(root, 'examples'))).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
