import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { editorEnvironment, editorPaths } from './paths';

/*
 * Starts a VS Code server with its own data folder, and removes the folder when the server stops.
 */

/** Options of {@link startServer}. */
export interface ServerOptions {
  /** Whether VS Code asks about trust. Default: no. */
  readonly workspaceTrust?: boolean;
  /** Whether the page can run extension tests (`codeAutomationLog`, `codeAutomationExit`). */
  readonly extensionTests?: boolean;
  /** Path of a packaged extension to install before the server starts. */
  readonly vsix?: string;
  /** Machine settings, as in `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Additional environment variables of the server and the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface EditorServer {
  readonly port: number;
  /** Folder with data, settings and extensions; removed by {@link EditorServer.stop}. */
  readonly folder: string;
  /** URL of a window. Contains the token: whoever has the URL can act as the user of this machine. */
  address(query: Readonly<Record<string, string>>): string;
  /** Replaces the machine settings. The window applies them shortly afterwards. */
  configure(settings: Readonly<Record<string, unknown>>): void;
  /** The output of the server so far. */
  log(): string;
  /** Ends the server with all its processes and removes its data. Can be called repeatedly. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/** Turns off everything that uses the network, covers the window or changes between two screenshots. */
const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'editor.cursorBlinking': 'solid',
};

/** Starts a server on a free local port and waits until it responds. */
export async function startServer(options: ServerOptions = {}): Promise<EditorServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-vscode-'));
  const machineSettings = path.join(folder, 'data/Machine/settings.json');
  const configure = (settings: Readonly<Record<string, unknown>>): void => {
    mkdirSync(path.dirname(machineSettings), { recursive: true });
    writeFileSync(machineSettings, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
  };
  try {
    configure(options.settings ?? {});
    if (options.vsix !== undefined) await installExtension(folder, options.vsix);
    const port = await freePort();
    const token = randomBytes(16).toString('hex');
    const tokenFile = path.join(folder, 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    const child = launch(
      folder,
      [
        ...['--host', '127.0.0.1', '--port', String(port)],
        ...['--connection-token-file', tokenFile, '--accept-server-license-terms'],
        ...(options.extensionTests ? ['--enable-smoke-test-driver'] : []),
        ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
      ],
      options.environment,
    );
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => log.push(text));
    }
    const endWithThis = (): void => killGroup(child, 'SIGKILL');
    process.once('exit', endWithThis);
    const server: EditorServer = {
      port,
      folder,
      configure,
      address: (query) =>
        `http://localhost:${port}/?${new URLSearchParams({ tkn: token, ...query }).toString()}`,
      log: () => log.join(''),
      stop: async () => {
        process.off('exit', endWithThis);
        await end(child);
        removeFolder(folder);
      },
    };
    try {
      await answers(server, child);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

/** Finds a free local port. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function launch(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(
    editorPaths.node,
    [
      editorPaths.server,
      ...args,
      ...['--telemetry-level', 'off', '--server-data-dir', folder],
      ...['--user-data-dir', path.join(folder, 'data')],
      ...['--extensions-dir', path.join(folder, 'extensions')],
    ],
    // Its own process group, so that the extension host and its children end with it.
    {
      env: { ...editorEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    },
  );
}

async function installExtension(folder: string, vsix: string): Promise<void> {
  const child = launch(folder, ['--install-extension', vsix, '--force']);
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (told += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`VS Code does not install ${vsix}:\n${told}`);
}

async function answers(server: EditorServer, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const status = await fetch(`http://127.0.0.1:${server.port}/version`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const how = child.exitCode === null ? 'does not answer' : `ended with code ${child.exitCode}`;
  throw new Error(`the VS Code server ${how}:\n${server.log()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return killGroup(child, 'SIGKILL');
  const ended = once(child, 'exit');
  killGroup(child, 'SIGTERM');
  const patience = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(patience);
  // The server may end before its extension host does.
  killGroup(child, 'SIGKILL');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The process has already ended.
  }
}

function removeFolder(folder: string): void {
  // A process that is ending may still write to the folder.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
