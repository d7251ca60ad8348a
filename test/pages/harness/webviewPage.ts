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

/** How a page is opened. */
export interface PageOptions<Host extends Methods<Host>> {
  /** Answers the page, as the extension host does. */
  readonly handlers: Handlers<Host>;
  readonly theme?: ThemeName;
  /** What the page saved when it was there before. */
  readonly state?: unknown;
  readonly size?: { readonly width: number; readonly height: number };
  /** As the user of the system prefers. */
  readonly reducedMotion?: boolean;
  /** Other files than those of the surface in dist/pages. */
  readonly files?: Partial<PageFiles>;
}

const SIZE = { width: 1000, height: 700 } as const;
const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * A page of the extension in Chromium: its real document, under its real policy, in one of VS Code's
 * themes, with the test as its host. `page` is Playwright's.
 *
 * @typeParam Remote what the page can be asked
 * @typeParam Host what the page asks of its host
 */
export class WebviewPage<Remote extends Methods<Remote>, Host extends Methods<Host>> {
  /** Violations of the policy, errors in the console, requests that failed or went elsewhere. */
  readonly problems: string[] = [];
  private readonly listeners = new Set<(message: unknown) => void>();
  /** The test's side of the conversation. */
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

  /** Dresses the page in another theme while it is open, as VS Code does. */
  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate((worn) => window.polysemanticityTest.wear(worn), themes[theme]);
  }

  /** What the page has saved of its state; undefined if nothing. */
  async state(): Promise<unknown> {
    const text = await this.page.evaluate(() => window.polysemanticityTest.state);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  /** Loads the page anew, with the state that it saved. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'load' });
  }

  /**
   * Checks the page by the rules of axe, WCAG 2.1 AA among them.
   * @throws with every rule that is broken, and where
   */
  async checkAccessibility(): Promise<void> {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate<AxeResults>('axe.run(document)');
    if (violations.length === 0) return;
    const told = violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`,
    );
    throw new Error(`the page is not accessible:\n${told.join('\n')}`);
  }

  /** Takes a picture, to be looked at. @returns where it is */
  async screenshot(name: string): Promise<string> {
    const folder = path.join(root, '.vscode-test/pictures');
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /**
   * Closes the page.
   * @throws if it broke its policy, wrote an error to the console, or asked for what is not its own
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
      // A page that is gone hears nothing, as in VS Code.
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
