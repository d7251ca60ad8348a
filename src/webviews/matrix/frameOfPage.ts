import { element } from '../shared/dom';

/** The texts around the charts. */
export class PageTexts {
  readonly heading = element('h1');
  /** What was measured of the checkpoint that is shown. */
  readonly facts = element('span', { class: 'facts' });
  /** What is pointed at. */
  readonly readout = element('span', { class: 'readout' });
  /** What must be known to read the picture. */
  readonly notice = element('span', { class: 'notice' });
}

/** Puts the parts of the view together. */
export function assemblePage(
  { heading, facts, readout, notice }: PageTexts,
  bars: readonly HTMLElement[],
  pictures: readonly HTMLElement[],
  profile: HTMLElement,
  spoken: HTMLElement,
): HTMLElement {
  return element(
    'div',
    { class: 'matrix' },
    element('header', { class: 'title' }, heading, facts),
    ...bars,
    element(
      'div',
      { class: 'matrix-main' },
      element('div', { class: 'matrix-picture' }, ...pictures),
      profile,
    ),
    element('footer', { class: 'status' }, readout, notice),
    spoken,
  );
}
