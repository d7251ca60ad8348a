/*
 * What cells see beside the module: types only, since it is the kernel that puts them there. They become
 * global declarations in the types that editors read.
 */
export type { Display, DisplayHandle } from '../node/notebook/kernel/displayTypes';

/** The global `interrupt` of a notebook's cells. */
export interface Interrupt {
  /** Is set when the cell that runs is interrupted. */
  readonly signal: AbortSignal;
}
