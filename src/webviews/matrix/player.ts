/** Moves the time slider by itself: so many stops a second, never over one that is not there yet. */
export class Player {
  private request: number | undefined;
  private due = 0;

  constructor(
    private readonly speed: () => number,
    /** Goes to the next stop. @returns false when it must wait, undefined at the end */
    private readonly step: () => boolean | undefined,
    private readonly changed: (playing: boolean) => void,
  ) {}

  get playing(): boolean {
    return this.request !== undefined;
  }

  toggle(): void {
    if (this.playing) this.stop();
    else this.start();
  }

  start(): void {
    if (this.playing) return;
    this.due = performance.now();
    this.request = requestAnimationFrame(this.tick);
    this.changed(true);
  }

  stop(): void {
    if (this.request === undefined) return;
    cancelAnimationFrame(this.request);
    this.request = undefined;
    this.changed(false);
  }

  private readonly tick = (now: number): void => {
    if (now >= this.due) {
      const moved = this.step();
      if (moved === undefined) {
        this.stop();
        return;
      }
      // After a wait the clock starts anew: nothing is made up for.
      if (moved) this.due = Math.max(this.due + 1000 / this.speed(), now);
    }
    this.request = requestAnimationFrame(this.tick);
  };
}
