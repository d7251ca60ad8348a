import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../scripts/editor/browser';
import type { Methods } from '../../../src/protocol/connection';
import { type PageOptions, WebviewPage } from './webviewPage';

/** Opens pages for the tests of a suite. */
export interface Pages {
  open<Remote extends Methods<Remote>, Host extends Methods<Host>>(
    surface: string,
    options: PageOptions<Host>,
  ): Promise<WebviewPage<Remote, Host>>;
}

/**
 * One Chromium for the tests of a suite. The pages of a test are closed after it; the test fails if they violated
 * their policy or wrote an error to the console.
 *
 *   const pages = usePages();
 *   it('draws', async () => {
 *     const matrix = await pages.open<MatrixPage, MatrixHost>('matrix', { handlers, theme: 'light' });
 *     await matrix.page.getByRole('grid').waitFor();
 *     await matrix.checkAccessibility();
 *   });
 */
export function usePages(): Pages {
  let browser: Browser | undefined;
  const open: { close(): Promise<void> }[] = [];
  before(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    const closed = await Promise.allSettled(open.splice(0).map((page) => page.close()));
    for (const result of closed) if (result.status === 'rejected') throw result.reason;
  });
  after(async () => {
    await browser?.close();
  });
  return {
    open: async (surface, options) => {
      if (browser === undefined) throw new Error('pages can only be opened while tests run');
      const page = await WebviewPage.open(browser, surface, options);
      open.push(page);
      return page;
    },
  };
}
