import { element } from '../shared/dom';

const GAP = 14;

/** What is said of a point, beside it. A screen reader hears it elsewhere. */
export class Tooltip {
  readonly element = element('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true });

  /** @param place of the point in the window */
  show(lines: readonly string[], [x, y]: readonly [number, number]): void {
    const { element: box } = this;
    const [head, ...rest] = lines;
    box.replaceChildren(
      element('div', { class: 'tooltip-head' }, head ?? ''),
      ...rest.map((line) => element('div', {}, line)),
    );
    box.hidden = false;
    const { clientWidth, clientHeight } = document.documentElement;
    const right = x + GAP + box.offsetWidth <= clientWidth;
    const below = y + GAP + box.offsetHeight <= clientHeight;
    box.style.left = `${Math.max(0, right ? x + GAP : x - GAP - box.offsetWidth)}px`;
    box.style.top = `${Math.max(0, below ? y + GAP : y - GAP - box.offsetHeight)}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
