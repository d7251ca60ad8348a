import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { MimeBundle } from './outputs/common';

/*
 * What the owner of a kernel and the kernel's process say to each other, as JSON-RPC over the channel of
 * the process. A cell is executed by a request; what it puts out comes as notifications, in order, before
 * the answer.
 */

/** Languages that cells may be written in. */
export type CellLanguage = 'typescript' | 'javascript';

/** A cell to be executed. */
export interface CellRequest {
  /** What outputs are addressed to: unique among the cells of a notebook. */
  readonly cell: string;
  /** Its execution count, which is also its name in errors: `cell [3]`. */
  readonly count: number;
  readonly code: string;
  readonly language: CellLanguage;
}

export type { MimeBundle };

/** What a cell puts out. */
export type CellOutput =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** `id` is what an update refers to. */
  | { readonly type: 'display'; readonly data: MimeBundle; readonly id?: string }
  /** Replaces what was displayed under the id, wherever that is. */
  | { readonly type: 'update'; readonly data: MimeBundle; readonly id: string }
  /** The value of the last expression. */
  | { readonly type: 'result'; readonly data: MimeBundle }
  /** Takes away what the cell has put out; `wait`: only once something new comes. */
  | { readonly type: 'clear'; readonly wait: boolean };

/** An error as it is shown. */
export interface CellError {
  readonly name: string;
  readonly message: string;
  /** Name, message and those frames that are the user's: `at f (cell [3]:2:7)`. */
  readonly stack: string;
  /** 1-based place in the cell, where it is known. */
  readonly line?: number;
  readonly column?: number;
}

/** How a cell ended, as the kernel tells it. */
export type CellReply =
  | { readonly status: 'ok' }
  | { readonly status: 'error'; readonly error: CellError }
  | { readonly status: 'interrupted'; readonly error: CellError };

/** An output and the cell that it belongs to. */
export interface AddressedOutput {
  readonly cell: string;
  readonly output: CellOutput;
}

/** What a kernel tells of itself once it is ready. */
export interface KernelInfo {
  readonly pid: number;
  /** Version of Node, without `v`. */
  readonly node: string;
}

/** Where a kernel works. */
export interface KernelSetup {
  /** Absolute path of the notebook's folder: imports are relative to it, and it is the working directory. */
  readonly folder: string;
}

export const SETUP = new RequestType<KernelSetup, KernelInfo, void>('setup');
export const EXECUTE = new RequestType<CellRequest, CellReply, void>('execute');
export const OUTPUT = new NotificationType<AddressedOutput>('output');
