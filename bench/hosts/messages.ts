import type { Job } from '../work/job';

/** A job for PyTorch names the threads it may use. */
export type PythonJob = Job & { readonly threads: number };

/** To a contender; every request gets one reply. */
export type Request =
  | { readonly operation: 'hello' }
  | { readonly operation: 'prepare'; readonly id: number; readonly job: Job | PythonJob }
  | { readonly operation: 'run'; readonly id: number; readonly amount: number }
  | { readonly operation: 'drop'; readonly id: number };

/** From a contender; the fields depend on the request. */
export interface Reply {
  readonly error?: string;
  readonly description?: string;
  readonly result?: ArrayLike<number>;
  readonly ms?: number;
  readonly units?: number;
}

/** A thread or process that does jobs. */
export interface Host {
  /** @throws Error with the other side's message */
  call(request: Request): Promise<Reply>;
  close(): Promise<void>;
}

/** The end of a conversation in which every message is answered before the next is sent. */
export class Conversation {
  private waiting?: { resolve: (reply: Reply) => void; reject: (error: Error) => void };
  private end?: Reply;

  /** @param who for messages of errors */
  constructor(private readonly who: string) {}

  ask(send: () => void): Promise<Reply> {
    if (this.waiting) throw new Error(`${this.who} is still busy`);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.end) this.answer(this.end);
      else send();
    });
  }

  answer(reply: Reply): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (reply.error === undefined) waiting?.resolve(reply);
    else waiting?.reject(new Error(`${this.who}: ${reply.error}`));
  }

  /** The other side is gone. */
  ended(reason: string): void {
    this.end ??= { error: reason };
    this.answer(this.end);
  }
}
