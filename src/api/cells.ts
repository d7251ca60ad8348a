/*
 * Types of globals that the kernel provides to notebook cells. They become global declarations in the types
 * that editors read.
 */
export type { Display, DisplayHandle } from '../node/notebook/kernel/displayTypes';

/** The global `interrupt` of a notebook's cells. */
export interface Interrupt {
  /** Set when the running cell is interrupted. */
  readonly signal: AbortSignal;
}
