import { programIn, startThreadOf } from '../../compute/children/programs';

/** What the watching thread is told when it starts. */
export interface WatchSetup {
  /** The pipe that interrupts come by. */
  readonly pipe: number;
  /** Milliseconds that code may hold the kernel's thread before it is broken off. */
  readonly patience: number;
}

/** From the watching thread: I am ready; stop what runs; do you still answer; code was broken off. */
export type WatchMessage = 'watching' | 'interrupt' | 'still-there' | 'broken-off';
/** To it: I answer; nothing runs any more. */
export type WatchReply = 'alive' | 'settled';

/** What can be stopped. */
export interface Interruptible {
  /** Asks it to stop. */
  readonly ask: () => void;
  /** It is over: whatever it still waits for is left to itself. */
  readonly abandon: () => void;
}

/** Milliseconds that code which waits has to stop in, once it was asked. */
const GRACE = 300;
const PATIENCE = 400;

/** Lets what runs be interrupted. One thing runs at a time. */
export class Interruption {
  private running: Interruptible | undefined;
  private grace: NodeJS.Timeout | undefined;
  private readonly watch;
  /** Settles once interrupts are heard. */
  readonly ready: Promise<void>;

  constructor(pipe: number) {
    const setup: WatchSetup = { pipe, patience: PATIENCE };
    this.watch = startThreadOf(programIn(__dirname, 'watch'), setup);
    this.watch.unref();
    this.ready = new Promise((resolve) => {
      this.watch.on('message', (message: WatchMessage) => {
        if (message === 'watching') resolve();
        else this.hear(message);
      });
      // Without it the owner's last resort is left: to end this process.
      this.watch.on('error', () => resolve());
    });
  }

  begin(running: Interruptible): void {
    this.running = running;
  }

  end(): void {
    this.running = undefined;
    clearTimeout(this.grace);
    this.reply('settled');
  }

  private hear(message: Exclude<WatchMessage, 'watching'>): void {
    const { running } = this;
    if (!running) return this.reply('settled');
    this.reply('alive');
    if (message === 'broken-off') return running.abandon();
    if (message === 'still-there') return;
    running.ask();
    this.grace = setTimeout(() => {
      if (this.running === running) running.abandon();
    }, GRACE);
  }

  private reply(reply: WatchReply): void {
    this.watch.postMessage(reply);
  }
}
