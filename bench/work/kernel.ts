import { KernelMemory, strideOf } from '../../src/core/engine/simd/kernelMemory';
import { placeTerms } from '../../src/core/engine/simd/kernelNetwork';
import { MersenneTwister } from '../../src/core/random/mersenneTwister';
import { uniform } from '../../src/core/random/torch';
import type { KernelJob, Work } from './job';

const PLAIN = 0;
/** Seed of the places where a matrix is 0. */
const GATES = 1;

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
  multiplyOpen(
    terms: number,
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
    mode: number,
    gates: number,
    scale: number,
  ): void;
  descend4(
    terms: number,
    deltas: number,
    deltaStride: number,
    x: number,
    stride: number,
    zeros: number,
    gradients: number,
    rows: number,
    columns: number,
    weights: number,
    mean: number,
    square: number,
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
  { program, rows, inner, columns, open = false }: KernelJob,
  memory: KernelMemory,
  kernel: KernelFunctions,
): () => void {
  const matrix = (height: number, width: number): { at: number; stride: number } => {
    const stride = strideOf(width);
    const at = memory.allocate(stride * height);
    memory.float32(at, (stride / 4) * height).fill(0.5);
    return { at, stride };
  };
  /** Half of it at random is 0. */
  const gated = (height: number, width: number): { at: number; stride: number } => {
    const { at, stride } = matrix(height, width);
    const source = MersenneTwister.fromSeed(GATES);
    const values = memory.float32(at, (stride / 4) * height);
    values.forEach((value, i) => (values[i] = uniform(source) < 0.5 ? 0 : value));
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
    case 'multiplyOpen': {
      const a = gated(rows, inner);
      const b = matrix(inner, columns);
      const out = matrix(rows, columns);
      const zeros = memory.allocate(4 * columns);
      const terms = placeTerms(memory, inner);
      return () =>
        kernel.multiplyOpen(
          terms,
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
          PLAIN,
          0,
          1,
        );
    }
    case 'descend': {
      const deltas = open ? gated(inner, rows) : matrix(inner, rows);
      const x = matrix(inner, columns);
      const [weights, mean, square] = [1, 2, 3].map(() => matrix(rows, columns));
      const gradients = matrix(4, columns);
      const zeros = memory.allocate(4 * columns);
      const terms = open ? placeTerms(memory, inner) : 0;
      const factors = memory.allocate(4 * 6);
      memory.float32(factors, 6).set([-1e-5, 0.5, 0.1, 0.999, 0.001, 1e-8]);
      return () => {
        for (let r = 0; r < rows; r += 4) {
          const row = r * x.stride;
          kernel.descend4(
            terms,
            deltas.at + 4 * r,
            deltas.stride,
            x.at,
            x.stride,
            zeros,
            gradients.at,
            inner,
            columns,
            weights.at + row,
            mean.at + row,
            square.at + row,
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
