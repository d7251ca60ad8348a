import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { MimeBundle } from './mimeBundle';

/*
 * The protocol between a kernel's owner and its process: JSON-RPC over Node's IPC channel. A request executes
 * a cell; its outputs arrive as notifications, in order, before the answer.
 */

/** Languages that cells may be written in. */
export type CellLanguage = 'typescript' | 'javascript';

/** A cell to be executed. */
export interface CellRequest {
  /** Id that outputs refer to; unique in a notebook. */
  readonly cell: string;
  /** Its execution count, which is also its name in errors: `cell [3]`. */
  readonly count: number;
  readonly code: string;
  readonly language: CellLanguage;
}

export type { MimeBundle };

/** An output of a cell. */
export type CellOutput =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** Updates refer to `id`. */
  | { readonly type: 'display'; readonly data: MimeBundle; readonly id?: string }
  /** Replaces the display with this id, in any cell. */
  | { readonly type: 'update'; readonly data: MimeBundle; readonly id: string }
  /** The value of the last expression. */
  | { readonly type: 'result'; readonly data: MimeBundle }
  /** Clears the cell's outputs; `wait`: only when the next output arrives. */
  | { readonly type: 'clear'; readonly wait: boolean };

/** An error to show. */
export interface CellError {
  readonly name: string;
  readonly message: string;
  /** Name, message and the user's stack frames: `at f (cell [3]:2:7)`. */
  readonly stack: string;
  /** 1-based place in the cell, if known. */
  readonly line?: number;
  readonly column?: number;
}

/** How a cell ended. */
export type CellReply =
  | { readonly status: 'ok' }
  | { readonly status: 'error'; readonly error: CellError }
  | { readonly status: 'interrupted'; readonly error: CellError };

/** An output and the cell that it belongs to. */
export interface AddressedOutput {
  readonly cell: string;
  readonly output: CellOutput;
}

/** Sent by a kernel once it is ready. */
export interface KernelInfo {
  readonly pid: number;
  /** Version of Node, without `v`. */
  readonly node: string;
}

export interface KernelSetup {
  /** Absolute path of the notebook's folder: working directory and base of imports. */
  readonly folder: string;
}

export const SETUP = new RequestType<KernelSetup, KernelInfo, void>('setup');
export const EXECUTE = new RequestType<CellRequest, CellReply, void>('execute');
export const OUTPUT = new NotificationType<AddressedOutput>('output');
