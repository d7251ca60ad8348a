import { element } from './dom';

/** How long to wait before a line is spoken, so that not every cell on the way is. */
const REST_MS = 150;

/** An invisible line that a screen reader speaks. */
export class LiveRegion {
  readonly element = element('div', {
    class: 'sr-only',
    role: 'status',
    'aria-live': 'polite',
    'aria-atomic': 'true',
  });
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Speaks a line, unless a newer one follows at once. */
  say(line: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.element.textContent = line;
    }, REST_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.element.remove();
  }
}
