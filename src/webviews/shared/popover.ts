import { element, setAttributes, uniqueId } from './dom';

/**
 * A button with a panel that it opens below itself. Escape, a click elsewhere, or the focus leaving it
 * close it.
 */
export function popover(
  face: string,
  content: readonly HTMLElement[],
  hint?: string,
): { readonly element: HTMLElement; close(): void } {
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
    // Within the page, on whichever side there is room.
    const room = document.documentElement.clientWidth - trigger.getBoundingClientRect().left;
    panel.classList.toggle('to-left', open && panel.offsetWidth > room - 8);
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
  return { element: whole, close: () => show(false) };
}
