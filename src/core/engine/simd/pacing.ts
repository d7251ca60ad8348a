/** How much faster than plain TypeScript the kernel is: turns of the event loop are counted in its work. */
export const SPEEDUP = 16;

/** Operations of one call into the kernel: some 20 ms, unless a single step takes longer. */
export const OPERATIONS_PER_CALL = 6e8;
