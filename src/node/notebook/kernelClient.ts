import { LabError } from '../../core/errors';
import {
  EXECUTE,
  OUTPUT,
  SETUP,
  type CellError,
  type CellOutput,
  type CellReply,
  type CellRequest,
  type KernelInfo,
} from '../../protocol/kernel';
import { startKernelProcess, type KernelProcess, type ProcessOptions } from './kernelProcess';

/** How a cell ended; `stateLost`: the kernel has ended, and the next cell starts a new one. */
export type CellOutcome = (CellReply | { readonly status: 'died'; readonly error: CellError }) & {
  readonly stateLost: boolean;
};

/** Result of an interrupt: nothing was running; the cell stopped and state is kept; the kernel was killed. */
export type Interruption = 'idle' | 'stopped' | 'killed';

/** `dead`: no process; the next cell starts one. */
export type KernelState = 'dead' | 'starting' | 'idle' | 'busy';

export interface KernelOptions extends ProcessOptions {
  /** Absolute path of the notebook's folder. */
  readonly folder: string;
  /** Called when the state changes. */
  readonly onState?: (state: KernelState) => void;
  /** Called with the reason when the process ends unexpectedly. */
  readonly onDeath?: (reason: string) => void;
}

/** Milliseconds after an interrupt until the process is killed. */
const KILL_AFTER_MS = 1000;

interface RunningCell {
  readonly cell: string;
  readonly onOutput: (output: CellOutput) => void;
  /** An interrupt was asked for. */
  interrupted: boolean;
  readonly settled: Promise<unknown>;
}

interface Running {
  readonly process: KernelProcess;
  readonly info: Promise<KernelInfo>;
}

/** The owner's handle of a kernel: one process at a time, started on demand. */
export class KernelClient {
  private running: Running | undefined;
  private current: RunningCell | undefined;
  private known: KernelState = 'dead';

  constructor(private readonly options: KernelOptions) {}

  get state(): KernelState {
    return this.known;
  }

  get pid(): number | undefined {
    return this.running?.process.pid;
  }

  /**
   * Starts the process, unless it is running.
   * @throws LabError (`worker`) when it cannot be started
   */
  async start(): Promise<KernelInfo> {
    this.running ??= this.launch();
    return this.running.info;
  }

  /**
   * Executes a cell; its outputs arrive before this resolves. Errors of the cell are outcomes, not thrown.
   * @throws LabError (`worker`) when the process cannot be started, or a cell is running already
   */
  async execute(
    request: CellRequest,
    onOutput: (output: CellOutput) => void,
  ): Promise<CellOutcome> {
    if (this.current) throw new LabError('worker', `cell ${this.current.cell} is still running`);
    let settle: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const current: RunningCell = { cell: request.cell, onOutput, interrupted: false, settled };
    this.current = current;
    try {
      await this.start();
      const { process } = this.running as Running;
      // Interrupted while the process was starting.
      if (current.interrupted)
        return { status: 'interrupted', error: interrupted(), stateLost: false };
      this.become('busy');
      const died = process.ended.then((reason): CellOutcome =>
        current.interrupted
          ? { status: 'interrupted', error: interrupted(KILLED), stateLost: true }
          : { status: 'died', error: death(reason), stateLost: true },
      );
      const reply = process.connection.sendRequest(EXECUTE, request).then(
        (answer): CellOutcome => ({ ...answer, stateLost: false }),
        // The connection ends with the process.
        () => died,
      );
      return await Promise.race([reply, died]);
    } finally {
      this.current = undefined;
      settle();
      if (this.known === 'busy') this.become('idle');
    }
  }

  /** Stops the running cell. Keeps the state if it stops within a second, else kills the process. */
  async interrupt(): Promise<Interruption> {
    const { current, running } = this;
    if (!current) return 'idle';
    current.interrupted = true;
    // Let a starting process finish its start: the cell is not running yet.
    if (!running || this.known === 'starting') {
      await current.settled;
      return 'stopped';
    }
    running.process.interrupt();
    const stopped = await Promise.race([current.settled.then(() => true), after(KILL_AFTER_MS)]);
    if (stopped && this.running === running) return 'stopped';
    running.process.kill();
    await current.settled;
    return 'killed';
  }

  /** Ends the process and starts another; state is lost. */
  async restart(): Promise<KernelInfo> {
    await this.dispose();
    return this.start();
  }

  /** Ends the process. */
  async dispose(): Promise<void> {
    const { running, current } = this;
    if (!running) return;
    if (current) current.interrupted = true;
    this.running = undefined;
    running.process.kill();
    await running.process.ended;
    await current?.settled;
    this.become('dead');
  }

  private launch(): Running {
    const process = startKernelProcess(this.options);
    this.become('starting');
    process.connection.onNotification(OUTPUT, ({ cell, output }) => {
      if (cell === this.current?.cell) this.current.onOutput(output);
    });
    for (const name of ['stdout', 'stderr'] as const) {
      process[name].on('data', (text: string) => {
        this.current?.onOutput({ type: 'stream', name, text });
      });
    }
    process.connection.listen();
    const started = process.connection.sendRequest(SETUP, { folder: this.options.folder });
    const failed = process.ended.then((reason): never => {
      throw new LabError('worker', `the kernel's process ended at its start: ${reason}`);
    });
    const info = Promise.race([started.catch(() => failed), failed]);
    const running: Running = { process, info };
    void info.then(
      () => this.running === running && this.become('idle'),
      () => undefined,
    );
    void process.ended.then((reason) => {
      if (this.running !== running) return;
      this.running = undefined;
      this.become('dead');
      if (!this.current?.interrupted) this.options.onDeath?.(reason);
    });
    return running;
  }

  private become(state: KernelState): void {
    if (state === this.known) return;
    this.known = state;
    this.options.onState?.(state);
  }
}

const KILLED =
  'stopped by killing the kernel, because it did not respond: variables and imports are lost';

function interrupted(message = 'stopped'): CellError {
  return { name: 'Interrupted', message, stack: `Interrupted: ${message}` };
}

function death(reason: string): CellError {
  const message = `the kernel died (${reason}): variables and imports are lost; the next cell starts a new kernel`;
  return { name: 'KernelDied', message, stack: `KernelDied: ${message}` };
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, false));
}
