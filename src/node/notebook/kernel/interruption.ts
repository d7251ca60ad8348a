import { programIn, startThreadOf } from '../../compute/children/programs';

/** Setup of the watchdog thread. */
export interface WatchSetup {
  /** File descriptor of the pipe for interrupts. */
  readonly pipe: number;
  /** Milliseconds that code may block the kernel's thread before it is terminated. */
  readonly patience: number;
}

/** From the watchdog: ready; stop the cell; are you responsive?; code was terminated. */
export type WatchMessage = 'watching' | 'interrupt' | 'still-there' | 'broken-off';
/** To the watchdog: responsive; nothing is running. */
export type WatchReply = 'alive' | 'settled';

/** Work that can be stopped. */
export interface Interruptible {
  /** Asks it to stop. */
  readonly ask: () => void;
  /** Ends it without waiting for pending work. */
  readonly abandon: () => void;
}

/** Milliseconds after a request to stop until waiting code is abandoned. */
const GRACE = 300;
/** Milliseconds without an answer until blocking code is terminated. */
const PATIENCE = 400;

/** Makes the running cell interruptible. */
export class Interruption {
  private running: Interruptible | undefined;
  private grace: NodeJS.Timeout | undefined;
  private readonly watch;
  /** Resolves once interrupts work. */
  readonly ready: Promise<void>;

  constructor(pipe: number) {
    const setup: WatchSetup = { pipe, patience: PATIENCE };
    this.watch = startThreadOf(programIn(__dirname, 'watch'), setup);
    this.watch.unref();
    this.ready = new Promise((resolve) => {
      this.watch.on('message', (message: WatchMessage) => {
        if (message === 'watching') resolve();
        else this.handle(message);
      });
      // Without the watchdog, the owner can still kill this process.
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

  private handle(message: Exclude<WatchMessage, 'watching'>): void {
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
