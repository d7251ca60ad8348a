/* Runs in a page and times its frames. */

/** Frames of one kind of work, in milliseconds. */
export interface Frames {
  /** Drawing time of each by the page's own program. */
  readonly drawing: number[];
  /** From each to the next: 16.7 at 60 a second. */
  readonly interval: number[];
}

/**
 * Does something in every frame. The view asks for its frame before this does for the next, and so draws first:
 * what has passed since the frame began is its drawing.
 */
export async function timed(frames: number, work: (i: number) => unknown): Promise<Frames> {
  const drawing: number[] = [];
  const interval: number[] = [];
  let last = await frame();
  for (let i = 0; i < frames; i++) {
    work(i);
    const began = await frame();
    drawing.push(performance.now() - began);
    interval.push(began - last);
    last = began;
  }
  return { drawing, interval };
}

/** The next frame. @returns when it begins */
function frame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** So many frames from now. */
export async function settled(frames: number): Promise<void> {
  for (let i = 0; i < frames; i++) await frame();
}

/** An element, as soon as it is there. */
export async function found<T extends Element>(selector: string): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const element = document.querySelector<T>(selector);
    if (element) return element;
    await frame();
  }
  throw new Error(`there is no ${selector} on the page`);
}
