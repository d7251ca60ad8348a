/** Work that is done once in the next animation frame, however often it was asked for. */
export class Frame {
  private request: number | undefined;

  constructor(private readonly work: () => void) {}

  ask(): void {
    this.request ??= requestAnimationFrame(() => {
      this.request = undefined;
      this.work();
    });
  }

  dispose(): void {
    if (this.request !== undefined) cancelAnimationFrame(this.request);
    this.request = undefined;
  }
}
