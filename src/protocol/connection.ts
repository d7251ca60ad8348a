import { LabError } from '../core/errors';
import { errorOf, type Failure, failureOf } from '../core/failure';

/*
 * Remote calls over messages between the extension host and a page, in both directions. Each page's interface
 * has its own file.
 */

/** A channel to the other side. Messages are cloned by the structured clone algorithm. */
export interface Port {
  post(message: unknown): void;
  /** Adds a listener to messages. @returns a function that removes it */
  listen(listener: (message: unknown) => void): () => void;
}

/** The interface of one side: functions of one parameter. */
export type Methods<T> = { readonly [K in keyof T]: (params: never) => unknown };

type Params<F> = F extends (params: infer P) => unknown ? P : never;
type Result<F> = F extends (params: never) => infer R ? Awaited<R> : never;

/** The implementation of an interface. */
export type Handlers<T extends Methods<T>> = {
  readonly [K in keyof T]: (params: Params<T[K]>) => Result<T[K]> | Promise<Result<T[K]>>;
};

type Message =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly type: 'tell'; readonly method: string; readonly params: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure };

/** A call has no answer because the connection is closed. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One side of a connection.
 * @typeParam Remote the interface of the other side
 * @typeParam Local the interface of this side
 */
export class Connection<Remote extends Methods<Remote>, Local extends Methods<Local>> {
  private readonly waiting = new Map<number, Waiting>();
  private readonly stopListening: () => void;
  private nextId = 1;
  private gone = false;

  constructor(
    private readonly port: Port,
    private readonly handlers: Handlers<Local>,
  ) {
    this.stopListening = port.listen((message) => {
      if (isMessage(message)) this.receive(message);
    });
  }

  /**
   * Calls a method of the other side.
   * @throws CallFailed when this side is disposed before the answer; errors of the other side, as `Failure`
   * transports them
   */
  call<K extends keyof Remote & string>(
    method: K,
    params: Params<Remote[K]>,
  ): Promise<Result<Remote[K]>> {
    if (this.gone) return Promise.reject(new CallFailed(`${method}: the connection is closed`));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.post({ type: 'call', id, method, params });
    });
  }

  /** Calls a method of the other side without waiting for an answer. */
  tell<K extends keyof Remote & string>(method: K, params: Params<Remote[K]>): void {
    if (!this.gone) this.post({ type: 'tell', method, params });
  }

  /** Closes the connection; pending calls fail. */
  dispose(): void {
    if (this.gone) return;
    this.gone = true;
    this.stopListening();
    for (const { reject } of this.waiting.values())
      reject(new CallFailed('the connection is closed'));
    this.waiting.clear();
  }

  private post(message: Message): void {
    this.port.post(message);
  }

  private receive(message: Message): void {
    switch (message.type) {
      case 'call':
        void this.answer(message.id, message.method, message.params);
        return;
      case 'tell':
        // No one waits for the result; handlers report their own errors.
        void this.handle(message.method, message.params).catch(() => undefined);
        return;
      case 'answer':
        this.take(message.id)?.resolve(message.result);
        return;
      case 'failure':
        this.take(message.id)?.reject(errorOf(message.failure));
        return;
    }
  }

  private take(id: number): Waiting | undefined {
    const found = this.waiting.get(id);
    this.waiting.delete(id);
    return found;
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    let message: Message;
    try {
      message = { type: 'answer', id, result: await this.handle(method, params) };
    } catch (error) {
      message = { type: 'failure', id, failure: failureOf(error) };
    }
    if (!this.gone) this.post(message);
  }

  private async handle(method: string, params: unknown): Promise<unknown> {
    // Only own properties: messages must not call inherited methods.
    if (!Object.hasOwn(this.handlers, method))
      throw new LabError('unsupported', `unknown method ${method}`);
    const handler = this.handlers[method as keyof Local] as (params: unknown) => unknown;
    return await handler(params);
  }
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { type, id, method, failure } = value as Record<string, unknown>;
  switch (type) {
    case 'call':
      return typeof id === 'number' && typeof method === 'string';
    case 'tell':
      return typeof method === 'string';
    case 'failure':
      return typeof id === 'number' && typeof failure === 'object' && failure !== null;
    case 'answer':
      return typeof id === 'number';
    default:
      return false;
  }
}

/** A file that a page exports: a picture, or the numbers that it shows. */
export interface ExportedFile {
  /** Proposed name with extension: `NonLinear0 matrix.svg`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Methods of the host for every page; the interfaces of single pages extend it. */
export interface PageHost {
  /** Asks the user for a place, and writes the file. @returns its path; undefined if the user cancelled */
  save(file: ExportedFile): Promise<string | undefined>;
}
