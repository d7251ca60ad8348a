import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../../scripts/editor/browser';
import { editorFolder, root } from '../../../scripts/editor/paths';
import { type EditorServer, startServer } from '../../../scripts/editor/server';
import { ReportFile } from './report';
import { type Suite, withWorkspace } from './suites';

/** The longest time a suite may take. */
const TIMEOUT_MS = 15 * 60_000;
/** A busy machine may need this long to open a window. */
const OPENING_MS = 3 * 60_000;

/**
 * Runs a suite in the VS Code server, with Chromium as its window. Prints the report of the suite, and writes the
 * consoles of window and extensions to a file.
 * @returns whether all tests passed
 */
export function runInServer(suite: Suite): Promise<boolean> {
  return withWorkspace(suite, async (opened) => {
    const report = new ReportFile();
    const server = await startServer({
      extensionTests: true,
      workspaceTrust: suite.workspaceTrust,
      environment: { POLYSEMANTICITY_REPORT: report.path },
    });
    const browser = await launchChromium();
    const log: string[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const outcome = outcomeOf(page, log);
      await page.goto(addressOf(server, opened, suite), {
        waitUntil: 'commit',
        timeout: OPENING_MS,
      });
      return (await outcome) === 0;
    } catch (error) {
      log.push(String(error), server.log());
      console.error(String(error));
      return false;
    } finally {
      await browser.close();
      await server.stop();
      report.close();
      console.log(`(consoles: ${keep(suite.name, log)})`);
    }
  });
}

/** The exit code of the suite. */
function outcomeOf(page: Page, log: string[]): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const late = new Error(`the suite has not ended after ${TIMEOUT_MS / 60_000} minutes`);
    const patience = setTimeout(() => reject(late), TIMEOUT_MS);
    // If the window does not open, do not keep the process alive.
    patience.unref();
    const exit = (code: number): void => {
      clearTimeout(patience);
      resolve(code);
    };
    page.once('crash', () => reject(new Error('the window crashed')));
    page.exposeFunction('codeAutomationExit', exit).catch(reject);
    page
      .exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
        log.push(`${new Date().toISOString()} [${type}] ${format(...args)}`);
      })
      .catch(reject);
  });
}

function addressOf(server: EditorServer, opened: string, suite: Suite): string {
  const remote = (file: string): string => `vscode-remote://localhost:${server.port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(root)],
    ['extensionTestsPath', remote(suite.bundle)],
    ['skipWelcome', 'true'],
  ];
  const kind = suite.workspaceFile === undefined ? 'folder' : 'workspace';
  return server.address({ [kind]: opened, payload: JSON.stringify(payload) });
}

function keep(name: string, log: readonly string[]): string {
  const file = path.join(editorFolder, 'logs', `${name}.log`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${log.join('\n')}\n`);
  return path.relative(root, file);
}
