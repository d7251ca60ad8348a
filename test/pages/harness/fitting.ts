import type { Page } from 'playwright-core';

/** What does not fit, one line for each; empty if everything fits. */
export interface Misfits {
  /** Charts that overlap others, or whose canvas differs in size from its element. */
  readonly charts: readonly string[];
  /** Elements that extend beyond the sides of the page and cannot be scrolled to. */
  readonly beyond: readonly string[];
}

/** Animation frames within which a page must adapt to a new size. */
const FRAMES = 3;

/** Sets the size of a page and waits a few animation frames for it to adapt. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(async (frames) => {
    for (let i = 0; i < frames; i++) await new Promise(requestAnimationFrame);
  }, FRAMES);
}

/** Measures what does not fit into a page. */
export function misfits(page: Page): Promise<Misfits> {
  // Compilers may have wrapped named functions in a helper that the page does not have.
  return page.evaluate(`(() => {
    const __name = (value) => value;
    return (${measure.toString()})();
  })()`);
}

/** Runs in the page. */
function measure(): Misfits {
  const isSeen = (part: Element): boolean =>
    part.checkVisibility({ visibilityProperty: true }) && part.getClientRects().length > 0;
  const seen = (selector: string): Element[] =>
    [...document.querySelectorAll(selector)].filter(isSeen);
  const nameOf = (part: Element): string =>
    part.getAttribute('aria-label') ?? (part.textContent.trim() || part.className);
  const charts = seen('.chart').filter((chart) => chart.clientWidth > 0);
  const wrong: string[] = [];
  for (const chart of charts) {
    const own = chart.getBoundingClientRect();
    for (const drawn of chart.querySelectorAll('canvas, svg')) {
      if (drawn.getAttribute('width') === '0' || !(drawn as HTMLElement).style.width) continue;
      const { width, height } = drawn.getBoundingClientRect();
      if (Math.abs(width - own.width) > 1 || Math.abs(height - own.height) > 1) {
        wrong.push(`${nameOf(chart)}: drawn ${width} × ${height}, is ${own.width} × ${own.height}`);
      }
    }
    for (const other of charts) {
      if (other === chart) break;
      const box = other.getBoundingClientRect();
      const across = Math.min(own.right, box.right) - Math.max(own.left, box.left);
      const down = Math.min(own.bottom, box.bottom) - Math.max(own.top, box.top);
      if (across > 1 && down > 1) wrong.push(`${nameOf(chart)} lies on ${nameOf(other)}`);
    }
  }
  const { clientWidth } = document.documentElement;
  const beyond = seen('button, select, input, h1, h2, p, .chart, .facts, .status, .table, .empty')
    .filter((part) => !part.closest('.sr-only, .runs, .differences table'))
    .flatMap((part) => {
      const { left, right } = part.getBoundingClientRect();
      return left < -0.5 || right > clientWidth + 0.5
        ? [`${nameOf(part)}: ${left} … ${right} of ${clientWidth}`]
        : [];
    });
  return { charts: wrong, beyond };
}

/** Visible height of an element, in pixels. */
export function visibleHeight(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return Math.min(bottom, window.innerHeight) - Math.max(top, 0);
    });
}
