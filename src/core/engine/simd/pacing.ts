/** Speed of the kernel relative to plain TypeScript, in whose operations a pace counts. */
export const SPEEDUP = 16;

/** Operations per call of the kernel: about 20 ms, unless a single step takes longer. */
export const OPERATIONS_PER_CALL = 6e8;
