import type { Browser, Page } from 'playwright-core';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { root } from '../../../scripts/editor/paths';
import type { PageTheme } from './webview';

/*
 * The page of a notebook's outputs as the renderer sees it: the renderer is an ES module that is activated once
 * and receives outputs and their elements. The policy is stricter than that of VS Code.
 */

const NONCE = 'ofThisTest';

/** A page with the renderer, its messages and its faults. */
export interface NotebookPage {
  readonly page: Page;
  /** Messages that the renderer has sent to the extension. */
  readonly messages: () => Promise<unknown[]>;
  /** Renders an output and returns the id of its element. */
  readonly show: (mime: string, payload: unknown) => Promise<string>;
  /** The same with a text that need not be JSON. */
  readonly showText: (mime: string, text: string) => Promise<string>;
  /** Removes an output. */
  readonly dispose: (id: string) => Promise<void>;
  /** Violations of the policy, errors in the console, requests to other origins. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

interface Bench {
  messages: unknown[];
  show(id: string, mime: string, text: string): void;
  dispose(id: string): void;
}

declare global {
  interface Window {
    notebookBench: Bench;
  }
}

/** Opens a page and activates the renderer in it. */
export async function openNotebookPage(
  browser: Browser,
  theme: PageTheme,
  viewport = { width: 1000, height: 900 },
): Promise<NotebookPage> {
  const server = await serve(theme);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is closed');
  const origin = `http://127.0.0.1:${address.port}`;
  const page = await browser.newPage({ viewport });
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) faults.push(`requested ${url}`);
  });
  await page.goto(`${origin}/`);
  await page.waitForFunction(() => 'notebookBench' in window);
  let outputs = 0;
  const showText = async (mime: string, text: string): Promise<string> => {
    const id = `output-${outputs++}`;
    await page.evaluate(([place, kind, json]) => window.notebookBench.show(place, kind, json), [
      id,
      mime,
      text,
    ] as const);
    return id;
  };
  return {
    page,
    faults,
    messages: () => page.evaluate(() => window.notebookBench.messages),
    showText,
    show: (mime, payload) => showText(mime, JSON.stringify(payload)),
    dispose: (id) => page.evaluate((place) => window.notebookBench.dispose(place), id),
    close: async () => {
      await page.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function serve(theme: PageTheme): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (type: string, body: string | Buffer, status = 200): void => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
    if (request.url === '/') return answer('text/html; charset=utf-8', documentOf(theme));
    if (request.url !== '/renderer.js') return answer('text/plain', '', 404);
    readFile(path.join(root, 'dist/renderer.js')).then(
      (bytes) => answer('text/javascript; charset=utf-8', bytes),
      () => answer('text/plain', 'npm run build', 404),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function documentOf({ bodyClass, kind, id, variables }: PageTheme): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}' 'self'`,
    'img-src data: blob:',
    "style-src 'none'",
  ].join('; ');
  const theme = JSON.stringify({ kind, id, variables });
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>Outputs</title>
<link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="${policy}"></head>
<body class="vscode-body ${bodyClass}"><main></main>
<script type="module" nonce="${NONCE}">
import { activate } from '/renderer.js';
const { kind, id, variables } = ${theme};
for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
document.body.dataset.vscodeThemeKind = kind;
document.body.dataset.vscodeThemeId = id;
document.body.style.background = variables['--vscode-editor-background'];
const messages = [];
const renderer = await activate({ postMessage: (message) => messages.push(message), setState() {}, getState() {} });
window.notebookBench = {
  messages,
  show(id, mime, text) {
    let place = document.getElementById(id);
    if (!place) { place = document.createElement('div'); place.id = id; document.querySelector('main').append(place); }
    renderer.renderOutputItem({ id, mime, text: () => text, json: () => JSON.parse(text) }, place);
  },
  dispose: (id) => renderer.disposeOutputItem(id),
};
</script></body></html>`;
}
