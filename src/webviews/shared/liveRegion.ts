import { element } from './dom';

/** How long the user must rest before something is spoken: otherwise every cell on the way is. */
const REST_MS = 150;

/** One line that a screen reader speaks, out of sight. */
export class LiveRegion {
  readonly element = element('div', {
    class: 'sr-only',
    role: 'status',
    'aria-live': 'polite',
    'aria-atomic': 'true',
  });
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Speaks a line once nothing newer came for a moment. */
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
