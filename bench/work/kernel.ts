import { KernelMemory, strideOf } from '../../src/core/engine/simd/kernelMemory';
import type { KernelJob, Work } from './job';

/** Functions of the kernel that trainings are made of. */
interface KernelFunctions {
  product(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    initial: number,
    out: number,
    outStride: number,
    rows: number,
    inner: number,
    columns: number,
  ): void;
  multiplyTransposed4(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    outStride: number,
    inner: number,
    columns: number,
  ): void;
  adamUpdate(
    parameters: number,
    gradients: number,
    mean: number,
    square: number,
    count: number,
    factors: number,
  ): void;
  transpose4(x: number, stride: number, out: number, outStride: number, columns: number): void;
}

/** One function of the kernel on a matrix of its own, as a training step calls it. */
export function kernelWork(job: KernelJob): Work {
  const memory = new KernelMemory();
  const call = callOf(job, memory, memory.kernel as unknown as KernelFunctions);
  return {
    check: () => Promise.resolve(new Float64Array()),
    run(amount) {
      for (let i = 0; i < amount; i++) call();
      return Promise.resolve(amount);
    },
  };
}

function callOf(
  { program, rows, inner, columns }: KernelJob,
  memory: KernelMemory,
  kernel: KernelFunctions,
): () => void {
  const matrix = (height: number, width: number): { at: number; stride: number } => {
    const stride = strideOf(width);
    const at = memory.allocate(stride * height);
    memory.float32(at, (stride / 4) * height).fill(0.5);
    return { at, stride };
  };
  switch (program) {
    case 'multiply': {
      const a = matrix(rows, inner);
      const b = matrix(inner, columns);
      const out = matrix(rows, columns);
      const zeros = memory.allocate(4 * columns);
      return () =>
        kernel.product(
          a.at,
          a.stride,
          b.at,
          b.stride,
          zeros,
          out.at,
          out.stride,
          rows,
          inner,
          columns,
        );
    }
    case 'multiplyTransposed': {
      const a = matrix(inner, rows);
      const b = matrix(inner, columns);
      const out = matrix(4, columns);
      return () => {
        for (let r = 0; r < rows; r += 4) {
          kernel.multiplyTransposed4(
            a.at + 4 * r,
            a.stride,
            b.at,
            b.stride,
            out.at,
            out.stride,
            inner,
            columns,
          );
        }
      };
    }
    case 'adam': {
      const parameters = matrix(rows, columns);
      const mean = matrix(rows, columns);
      const square = matrix(rows, columns);
      const gradients = matrix(1, columns);
      const factors = memory.allocate(4 * 6);
      memory.float32(factors, 6).set([-1e-5, 0.5, 0.1, 0.999, 0.001, 1e-8]);
      return () => {
        for (let r = 0; r < rows; r++) {
          const row = r * parameters.stride;
          kernel.adamUpdate(
            parameters.at + row,
            gradients.at,
            mean.at + row,
            square.at + row,
            columns,
            factors,
          );
        }
      };
    }
    case 'transpose': {
      const x = matrix(rows, columns);
      const out = matrix(columns, rows);
      return () => {
        for (let r = 0; r < rows; r += 4) {
          kernel.transpose4(x.at + r * x.stride, x.stride, out.at + 4 * r, out.stride, columns);
        }
      };
    }
  }
}
