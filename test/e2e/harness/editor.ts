import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../../scripts/editor/browser';
import { root } from '../../../scripts/editor/paths';
import { type EditorServer, startServer } from '../../../scripts/editor/server';
import { packageExtension } from '../../../scripts/package';
import { eventually } from './eventually';
import { type Theme, THEMES } from './themes';

/** How an editor is opened. */
export interface EditorOptions {
  /** The folder to open; the editor gets a copy of it. The workspace of the tests unless named. */
  readonly workspace?: string;
  /** Ask whether the folder is trusted, as an ordinary VS Code does; trusted without asking if not. */
  readonly workspaceTrust?: boolean;
  /** The packaged extension to install; the one of this repository, freshly packaged, unless named. */
  readonly vsix?: string | undefined;
  /** Settings besides those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Size of the window in pixels. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** Where pictures go that are to be published. */
const IMAGES = path.join(root, 'docs/images');
const WAIT = { timeout: 60_000 } as const;

/** How long one attempt of a step that is tried again may take, in milliseconds. */
const ATTEMPT_MS = 5_000;
/** Wide enough for code and a matrix beside it. */
const SIZE = { width: 1440, height: 900 } as const;

/**
 * A VS Code window in front of a person: what one sees, types and clicks. `page` is Playwright's, for
 * everything that has no helper here.
 */
export class Editor {
  private constructor(
    readonly page: Page,
    /** The copy of the workspace, absolute. */
    readonly workspace: string,
    private readonly server: EditorServer,
    private readonly browser: Browser,
    private settings: Readonly<Record<string, unknown>>,
  ) {}

  /** Opens a window with the extension installed, and waits until it can be used. */
  static async open(options: EditorOptions = {}): Promise<Editor> {
    const temporary = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-person-'));
    const source = options.workspace ?? path.join(root, 'test/vscode/workspace');
    const workspace = path.join(temporary, path.basename(source));
    cpSync(source, workspace, { recursive: true });
    const settings = { 'workbench.colorTheme': THEMES.dark.name, ...options.settings };
    const server = await startServer({
      workspaceTrust: options.workspaceTrust ?? false,
      vsix: options.vsix ?? freshPackage(),
      settings,
    });
    const browser = await launchChromium();
    const context = await browser.newContext({
      viewport: options.size ?? SIZE,
      permissions: ['clipboard-read', 'clipboard-write'],
      acceptDownloads: true,
    });
    context.setDefaultTimeout(WAIT.timeout);
    const page = await context.newPage();
    const editor = new Editor(page, workspace, server, browser, settings);
    try {
      await editor.load();
      return editor;
    } catch (error) {
      await editor.close();
      throw error;
    }
  }

  /** Closes window and server and removes the workspace. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(path.dirname(this.workspace), { recursive: true, force: true, maxRetries: 5 });
  }

  /** Reloads the window, as a person does, and waits until it can be used again. */
  async reload(): Promise<void> {
    // By the command: it waits until VS Code has stored which editors are open; leaving the page does not.
    const loaded = this.page.waitForEvent('load', { timeout: 90_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.started();
  }

  /** The absolute path of a file of the workspace. */
  path(...parts: string[]): string {
    return path.join(this.workspace, ...parts);
  }

  /** Presses keys, such as `ArrowDown` or `Control+Shift+P`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /**
   * Runs a command by its title in the palette, such as `Polysemanticity: Run`. The palette closes when
   * an editor that still opens takes the focus, so it is opened again, as a person would.
   */
  async runCommand(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    // The label of a row may go on with its key binding.
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title });
    await eventually(async () => {
      await this.press('F1');
      await input.fill(`>${title}`, { timeout: ATTEMPT_MS });
      await row.first().click({ timeout: ATTEMPT_MS });
    }, WAIT.timeout / 1000);
  }

  /** Whether the palette offers a command with this title. */
  async offersCommand(title: string): Promise<boolean> {
    await this.press('F1');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor(WAIT);
    await input.fill(`>${title}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor(WAIT);
    const offered = (await rows.filter({ hasText: title }).count()) > 0;
    await this.press('Escape');
    return offered;
  }

  /** Answers the quick input that is open: types a text and accepts it. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor(WAIT);
    await input.fill(text);
    await this.press('Enter');
  }

  /** Chooses a row of the quick pick that is open. */
  async pick(label: string | RegExp): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label });
    await row.first().click(WAIT);
  }

  /** Opens a file of the workspace by its path within it. */
  async openFile(name: string): Promise<void> {
    await this.press('Control+p');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor(WAIT);
    await input.fill(name);
    const row = this.page.locator('.quick-input-list .monaco-list-row');
    await row
      .filter({ hasText: path.basename(name) })
      .first()
      .waitFor(WAIT);
    await this.press('Enter');
    await this.tab(path.basename(name)).waitFor(WAIT);
  }

  /** Shows a container of the activity bar, by its title. */
  async openView(title: string): Promise<void> {
    const item = this.page.locator('.activitybar').getByRole('tab', { name: title });
    await item.waitFor(WAIT);
    if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
  }

  /** A row of a tree, by (part of) its spoken name. */
  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** The tab of an editor, by (part of) its title. */
  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name: title });
  }

  /** The page within a webview, by its title (the `<title>` of its document). Waits for it. */
  async webview(title: string | RegExp): Promise<Frame> {
    const deadline = Date.now() + WAIT.timeout;
    while (Date.now() < deadline) {
      for (const frame of this.page
        .frames()
        .filter((candidate) => candidate !== this.page.mainFrame())) {
        const found = await frame.title().catch(() => '');
        if (typeof title === 'string' ? found === title : title.test(found)) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    const titles = await Promise.all(
      this.page.frames().map((frame) => frame.title().catch(() => '')),
    );
    throw new Error(`no webview has the title ${String(title)}; there are: ${titles.join(' | ')}`);
  }

  /** The texts of the notifications on screen, newest first. */
  async notifications(): Promise<string[]> {
    return this.page
      .locator('.notifications-toasts .notification-list-item-message')
      .allInnerTexts();
  }

  /** Waits for a notification; returns it, for its buttons. */
  async notification(text: string | RegExp, timeout: number = WAIT.timeout): Promise<Locator> {
    const toast = this.page
      .locator('.notifications-toasts .notification-toast')
      .filter({ hasText: text });
    await toast.first().waitFor({ timeout });
    return toast.first();
  }

  /** Changes settings; the window follows at once. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    this.settings = { ...this.settings, ...settings };
    this.server.configure(this.settings);
  }

  /** Switches the colour theme and waits until the window wears it. */
  async setTheme(theme: Theme): Promise<void> {
    const { name, workbenchClass } = THEMES[theme];
    const worn = this.page.locator(`.monaco-workbench.${workbenchClass}`);
    await eventually(async () => {
      // Written again, since the watcher of files sometimes misses a change soon after another.
      this.configure({ 'workbench.colorTheme': name });
      await worn.waitFor({ timeout: 5_000 });
    }, WAIT.timeout / 1000);
    // Webviews hear of it a moment later than the window.
    await this.page.waitForTimeout(300);
  }

  /**
   * Takes a picture of the window, or of a part of it. It is published as docs/images/<name>.png by
   * `npm run pictures`, otherwise only kept among the results of the tests.
   * @returns where it is
   */
  async screenshot(name: string, part?: Locator): Promise<string> {
    const publish = process.env.POLYSEMANTICITY_PICTURES === '1';
    const folder = publish ? IMAGES : path.join(root, '.vscode-test/pictures');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${name}.png`);
    await (part ?? this.page).screenshot({ path: file });
    return file;
  }

  private async load(): Promise<void> {
    await this.page.goto(this.server.address({ folder: this.workspace }), { timeout: 90_000 });
    await this.started();
  }

  private async started(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor(WAIT);
    await this.settled();
  }

  /** Waits until the status bar has not spoken of starting for a second. */
  private async settled(): Promise<void> {
    const starting = this.page
      .locator('.statusbar-item')
      .filter({ hasText: /Activating Extensions|Opening Remote|Connecting/ });
    const deadline = Date.now() + 60_000;
    for (let quiet = 0; quiet < 5 && Date.now() < deadline;) {
      quiet = (await starting.count()) === 0 ? quiet + 1 : 0;
      await this.page.waitForTimeout(200);
    }
  }
}

let packaged: string | undefined;

/** What is in dist/, packaged once for all tests of a process. */
function freshPackage(): string {
  return (packaged ??= packageExtension(path.join(root, '.vscode-test')).file);
}
