/** Work that is done once in the next animation frame, however often it was asked for. */
export class Frame {
  private handle: number | undefined;

  constructor(private readonly work: () => void) {}

  request(): void {
    this.handle ??= requestAnimationFrame(() => {
      this.handle = undefined;
      this.work();
    });
  }

  dispose(): void {
    if (this.handle !== undefined) cancelAnimationFrame(this.handle);
    this.handle = undefined;
  }
}
