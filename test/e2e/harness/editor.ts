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

/** Options of {@link Editor.open}. */
export interface EditorOptions {
  /** The folder to copy and open. Default: the workspace of the VS Code suites. */
  readonly workspace?: string;
  /** Whether VS Code asks about trust. Otherwise it trusts the folder. */
  readonly workspaceTrust?: boolean;
  /** The packaged extension to install. Default: a new package of this repository. */
  readonly vsix?: string | undefined;
  /** Additional settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Size of the window in pixels. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** The folder of published screenshots. */
const IMAGES = path.join(root, 'docs/images');
const WAIT = { timeout: 60_000 } as const;

/** The longest time that one attempt of a repeated step may take. */
const ATTEMPT_MS = 5_000;
/** Wide enough for an editor and a matrix side by side. */
const SIZE = { width: 1440, height: 900 } as const;

/**
 * Controls a VS Code window like a user: by what is on screen, by keyboard and by mouse. `page` gives access to
 * Playwright for everything else.
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

  /** Opens a window with the extension installed, and waits until it is ready. */
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

  /** Closes the window, stops the server and removes the workspace. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(path.dirname(this.workspace), { recursive: true, force: true, maxRetries: 5 });
  }

  /** Reloads the window by VS Code's command, and waits until it is ready. */
  async reload(): Promise<void> {
    // The command waits until VS Code has stored which editors are open; reloading the page would not.
    const loaded = this.page.waitForEvent('load', { timeout: 90_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.started();
  }

  /** The absolute path of a file in the workspace. */
  path(...parts: string[]): string {
    return path.join(this.workspace, ...parts);
  }

  /** Presses keys, such as `ArrowDown` or `Control+Shift+P`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /**
   * Runs a command by its title in the palette, such as `Polysemanticity: Run`. Tries again, because the palette closes
   * when an editor that is still opening takes the focus.
   */
  async runCommand(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    // The label of a row may end with its key binding.
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title });
    await eventually(async () => {
      await this.press('F1');
      await input.fill(`>${title}`, { timeout: ATTEMPT_MS });
      await row.first().click({ timeout: ATTEMPT_MS });
    }, WAIT.timeout / 1000);
  }

  /** Whether the palette lists a command with this title. */
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

  /** Types a text into the open quick input and accepts it. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor(WAIT);
    await input.fill(text);
    await this.press('Enter');
  }

  /** Clicks a row of the open quick pick. */
  async pick(label: string | RegExp): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label });
    await row.first().click(WAIT);
  }

  /** Opens a file by its path within the workspace. */
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

  /** Opens a view container by its title in the activity bar. */
  async openView(title: string): Promise<void> {
    const item = this.page.locator('.activitybar').getByRole('tab', { name: title });
    await item.waitFor(WAIT);
    if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
  }

  /** A row of a tree, by (part of) its accessible name. */
  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** The tab of an editor, by (part of) its title. */
  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name: title });
  }

  /** Waits for the page of a webview with this document title. */
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

  /** The texts of the visible notifications, newest first. */
  async notifications(): Promise<string[]> {
    return this.page
      .locator('.notifications-toasts .notification-list-item-message')
      .allInnerTexts();
  }

  /** Waits for a notification. */
  async notification(text: string | RegExp, timeout: number = WAIT.timeout): Promise<Locator> {
    const toast = this.page
      .locator('.notifications-toasts .notification-toast')
      .filter({ hasText: text });
    await toast.first().waitFor({ timeout });
    return toast.first();
  }

  /** Changes settings. The window applies them at once. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    this.settings = { ...this.settings, ...settings };
    this.server.configure(this.settings);
  }

  /** Switches the colour theme and waits until the window uses it. */
  async setTheme(theme: Theme): Promise<void> {
    const { name, workbenchClass } = THEMES[theme];
    const workbench = this.page.locator(`.monaco-workbench.${workbenchClass}`);
    await eventually(async () => {
      // Written on every attempt, because the file watcher may miss two changes in quick succession.
      this.configure({ 'workbench.colorTheme': name });
      await workbench.waitFor({ timeout: 5_000 });
    }, WAIT.timeout / 1000);
    // Webviews get the theme shortly after the window.
    await this.page.waitForTimeout(300);
  }

  /**
   * Takes a screenshot of the window or a part of it. `npm run pictures` writes it to docs/images/<name>.png, other
   * test runs to .vscode-test/pictures.
   * @returns the path of the file
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

  /** Waits until the status bar has shown no startup message for a second. */
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

/** Packages dist/, once for all tests of a process. */
function freshPackage(): string {
  return (packaged ??= packageExtension(path.join(root, '.vscode-test')).file);
}
