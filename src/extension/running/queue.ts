/** What is queued: begun when its turn comes. */
export interface Waiting {
  /** Does the work; never rejects. */
  begin(): Promise<void>;
}

/** Begins work in the order in which it comes, so many at a time. */
export class Queue<T extends Waiting> {
  private readonly waiting: T[] = [];
  private readonly working = new Set<T>();

  /** @param limit how many may work at once; asked whenever one could begin */
  constructor(private readonly limit: () => number) {}

  /** Those at work, then those that wait. */
  get all(): readonly T[] {
    return [...this.working, ...this.waiting];
  }

  add(item: T): void {
    this.waiting.push(item);
    this.beginNext();
  }

  /** Takes out what has not begun. @returns whether it was waiting */
  remove(item: T): boolean {
    const place = this.waiting.indexOf(item);
    if (place >= 0) this.waiting.splice(place, 1);
    return place >= 0;
  }

  private beginNext(): void {
    while (this.working.size < Math.max(1, this.limit())) {
      const next = this.waiting.shift();
      if (!next) return;
      this.working.add(next);
      void next.begin().finally(() => {
        this.working.delete(next);
        this.beginNext();
      });
    }
  }
}
