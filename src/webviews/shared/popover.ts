import { element, setAttributes, uniqueId } from './dom';

/** Margin between a panel and the edges of its page, in pixels. */
const EDGE = 8;

/** A button with a panel. */
export interface Popover {
  readonly element: HTMLElement;
  readonly trigger: HTMLButtonElement;
  close(): void;
}

/**
 * A button with a panel that it opens below itself. Escape, a click elsewhere, or the focus leaving it
 * close it.
 */
export function popover(face: string, content: readonly HTMLElement[], hint?: string): Popover {
  const id = uniqueId('popover');
  const trigger = element(
    'button',
    { type: 'button', 'aria-expanded': 'false', 'aria-controls': id, title: hint },
    face,
  );
  const panel = element('div', { id, class: 'popover-panel', hidden: true }, ...content);
  const whole = element('div', { class: 'popover' }, trigger, panel);
  const show = (open: boolean): void => {
    panel.hidden = !open;
    setAttributes(trigger, { 'aria-expanded': String(open) });
    if (open) panel.style.left = `${shiftOf(trigger, panel)}px`;
  };
  trigger.addEventListener('click', () => show(panel.hasAttribute('hidden')));
  whole.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hidden) return;
    event.stopPropagation();
    show(false);
    trigger.focus();
  });
  whole.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !whole.contains(relatedTarget)) show(false);
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (whole.isConnected && !(target instanceof Node && whole.contains(target))) show(false);
  });
  return { element: whole, trigger, close: () => show(false) };
}

/** How far to the left of its button a panel begins, so that it lies within the page. */
function shiftOf(trigger: HTMLElement, panel: HTMLElement): number {
  const { left } = trigger.getBoundingClientRect();
  const beyond = left + panel.offsetWidth + EDGE - document.documentElement.clientWidth;
  return -Math.max(0, Math.min(beyond, left - EDGE));
}
