/** An item of a {@link Queue}. */
export interface QueueItem {
  /** Starts the item. Resolves when it has ended; never rejects. */
  begin(): Promise<void>;
}

/** Starts items in the order in which they were added, up to a limit of concurrent items. */
export class Queue<T extends QueueItem> {
  private readonly waiting: T[] = [];
  private readonly working = new Set<T>();

  /** @param limit the largest number of concurrent items; called whenever one could start */
  constructor(private readonly limit: () => number) {}

  /** Active items, then waiting ones. */
  get all(): readonly T[] {
    return [...this.working, ...this.waiting];
  }

  add(item: T): void {
    this.waiting.push(item);
    this.beginNext();
  }

  /** Removes an item that has not started. @returns whether it was waiting */
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
