import { element, setAttributes, uniqueId } from './dom';

/** A view that is smaller than this, in CSS pixels, folds its controls. */
const MIN_SIZE = { width: 620, height: 520 } as const;

/** Controls that fold, and their container. */
export interface Foldable {
  /** Becomes `small` while the view is small, and `unfolded` while the user wants the controls. */
  readonly root: HTMLElement;
  /** Hidden while folded, by the class `folds`. */
  readonly parts: readonly HTMLElement[];
  /** Within a page that scrolls only the width counts. */
  readonly embedded: boolean;
}

/**
 * A button that shows the controls of a view that is too small to show them beside its picture. In a larger
 * view the controls are always visible, and the button is hidden.
 */
export class Folding {
  readonly button = element('button', { type: 'button', class: 'unfold' }, 'Options');
  private readonly sizes: ResizeObserver;
  private isOpen = false;

  constructor(private readonly foldable: Foldable) {
    const { root, parts } = foldable;
    for (const part of parts) {
      part.classList.add('folds');
      part.id ||= uniqueId('folds');
    }
    setAttributes(this.button, { 'aria-controls': parts.map(({ id }) => id).join(' ') });
    this.button.addEventListener('click', () => this.open(!this.isOpen));
    this.open(false);
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(root);
    this.fit();
  }

  /** Whether the view is small. */
  get isSmall(): boolean {
    return this.foldable.root.classList.contains('small');
  }

  dispose(): void {
    this.sizes.disconnect();
  }

  private open(open: boolean): void {
    this.isOpen = open;
    setAttributes(this.button, { 'aria-expanded': String(open) });
    this.foldable.root.classList.toggle('unfolded', open);
  }

  private fit(): void {
    const { root, parts, embedded } = this.foldable;
    const { clientWidth, clientHeight } = root;
    // The view is hidden.
    if (clientWidth === 0) return;
    const small = clientWidth < MIN_SIZE.width || (!embedded && clientHeight < MIN_SIZE.height);
    if (small === this.isSmall) return;
    // A control that has the focus stays visible.
    if (small && parts.some((part) => part.contains(document.activeElement))) this.open(true);
    root.classList.toggle('small', small);
  }
}
