/** Plays the time slider: so many stops a second, and never over one that is not loaded yet. */
export class Player {
  private request: number | undefined;
  private due = 0;

  constructor(
    /** Stops a second. */
    private readonly speed: () => number,
    /** Goes to the next stop. @returns false while that is not loaded */
    private readonly step: () => boolean,
  ) {}

  /** Starts or stops. */
  set(playing: boolean): void {
    if (playing === (this.request !== undefined)) return;
    if (this.request !== undefined) cancelAnimationFrame(this.request);
    this.request = undefined;
    if (!playing) return;
    this.due = performance.now();
    this.request = requestAnimationFrame(this.tick);
  }

  private readonly tick = (now: number): void => {
    this.request = requestAnimationFrame(this.tick);
    // After a wait the clock starts anew: stops that are late are not caught up with.
    if (now >= this.due && this.step()) this.due = Math.max(this.due + 1000 / this.speed(), now);
  };
}
