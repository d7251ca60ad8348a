import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../../../scripts/editor/paths';
import { Connection, type Handlers, type Methods } from '../../../src/protocol/connection';
import { type DocumentServer, type PageFiles, serveDocument } from './documentServer';
import { type ThemeName, themes } from './themes';
import { webviewScript } from './webview';
import { decode, encode } from './wire';

/** Options for opening a page. */
export interface PageOptions<Host extends Methods<Host>> {
  /** Handlers of the page's requests, as in the extension host. */
  readonly handlers: Handlers<Host>;
  readonly theme?: ThemeName;
  /** State that an earlier instance of the page has saved. */
  readonly state?: unknown;
  readonly size?: { readonly width: number; readonly height: number };
  /** The system's setting. */
  readonly reducedMotion?: boolean;
  /** Files to use instead of those of the surface in dist/pages. */
  readonly files?: Partial<PageFiles>;
}

const SIZE = { width: 1000, height: 700 } as const;
const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * A page of the extension in Chromium: its real document, under its real policy, in one of VS Code's
 * themes, with the test as its host. `page` is Playwright's.
 *
 * @typeParam Remote methods of the page
 * @typeParam Host methods of the host that the page calls
 */
export class WebviewPage<Remote extends Methods<Remote>, Host extends Methods<Host>> {
  /** Violations of the policy, errors in the console, requests that failed or had another origin. */
  readonly problems: string[] = [];
  private readonly listeners = new Set<(message: unknown) => void>();
  /** The test's end of the connection. */
  readonly connection: Connection<Remote, Host>;

  private constructor(
    readonly page: Page,
    private readonly server: DocumentServer,
    handlers: Handlers<Host>,
  ) {
    const port = {
      post: (message: unknown) => void this.post(message),
      listen: (listener: (message: unknown) => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
    this.connection = new Connection<Remote, Host>(port, handlers);
  }

  /** Opens the page of a surface: `dist/pages/<surface>.js` and `.css`. */
  static async open<Remote extends Methods<Remote>, Host extends Methods<Host>>(
    browser: Browser,
    surface: string,
    options: PageOptions<Host>,
  ): Promise<WebviewPage<Remote, Host>> {
    const built = (ending: string): string => path.join(root, `dist/pages/${surface}.${ending}`);
    const files = { title: surface, script: built('js'), style: built('css'), ...options.files };
    const server = await serveDocument(files);
    const context = await browser.newContext({
      viewport: options.size ?? SIZE,
      reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const opened = new WebviewPage<Remote, Host>(page, server, options.handlers);
    await opened.watch();
    await page.addInitScript(webviewScript(themes[options.theme ?? 'dark'], options.state));
    await page.goto(server.url, { waitUntil: 'load' });
    return opened;
  }

  /** Changes the theme of the open page, as VS Code does. */
  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate((worn) => window.polysemanticityTest.wear(worn), themes[theme]);
  }

  /** The saved state of the page; undefined if there is none. */
  async state(): Promise<unknown> {
    const text = await this.page.evaluate(() => window.polysemanticityTest.state);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  /** Reloads the page with its saved state. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'load' });
  }

  /**
   * Checks the page by the rules of axe, which include WCAG 2.1 AA.
   * @throws with every violated rule and the elements that violate it
   */
  async checkAccessibility(): Promise<void> {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate<AxeResults>('axe.run(document)');
    if (violations.length === 0) return;
    const described = violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`,
    );
    throw new Error(`the page is not accessible:\n${described.join('\n')}`);
  }

  /** Takes a screenshot for people to look at. @returns its path */
  async screenshot(name: string): Promise<string> {
    const folder = path.join(root, '.vscode-test/pictures');
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /**
   * Closes the page.
   * @throws if it violated its policy, wrote an error to the console, or requested something from another origin
   */
  async close(): Promise<void> {
    this.connection.dispose();
    await this.page.context().close();
    await this.server.close();
    if (this.problems.length > 0) throw new Error(`the page:\n${this.problems.join('\n')}`);
  }

  private async post(message: unknown): Promise<void> {
    const text = encode(message);
    await this.page
      .evaluate((sent) => window.polysemanticityTest.fromHost(sent), text)
      // As in VS Code, a closed page receives no messages.
      .catch(() => undefined);
  }

  private async watch(): Promise<void> {
    await this.page.exposeFunction('polysemanticityToHost', (text: string) => {
      const message = decode(text);
      for (const listener of this.listeners) listener(message);
    });
    await this.page.exposeFunction('polysemanticityViolated', (text: string) => {
      this.problems.push(`content security policy: ${text}`);
    });
    this.page.on('pageerror', (error) =>
      this.problems.push(`uncaught: ${error.stack ?? error.message}`),
    );
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`console: ${message.text()}`);
    });
    this.page.on('request', (request) => {
      const url = request.url();
      if (/^(data|blob):/.test(url) || url.startsWith(this.server.url)) return;
      this.problems.push(`asked for ${url}`);
    });
  }
}
