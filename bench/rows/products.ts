import { NOT_INSTALLED, type Bench } from '../bench';
import type { Cell, Row, Section } from '../report';
import { hosted, type Contender } from '../timing/contender';
import { race } from '../timing/race';
import { summaryLess } from '../timing/statistics';
import { KERNELS } from '../work/engines';
import { BARE_PRODUCT, BARE_SIZE } from './training';

const OURS = 'simd';
export const OPENBLAS = 'OpenBLAS';
export const PRODUCT_ID = 'product/64';
const CALL = 'call';

/** The product that all else is made of, on each kernel, against OpenBLAS as NumPy has it. */
export async function productSection(bench: Bench): Promise<Section> {
  bench.log('product');
  const { threads, python } = bench;
  const ours = (program: string, column: string): Contender =>
    hosted(threads[0], { ...BARE_PRODUCT, program }, { column });
  const numpy = (program: string, column: string): Contender[] =>
    python ? [hosted(python, { ...BARE_PRODUCT, program, threads: 1 }, { column })] : [];
  const { [CALL]: call, ...cells } = await race(
    [
      ours('simd', OURS),
      ...KERNELS.map(({ program, title }) => ours(program, title)),
      ...numpy('openblas', OPENBLAS),
      ...numpy('call', CALL),
    ],
    bench.effort,
  );
  const row: Row = {
    id: PRODUCT_ID,
    name: `${BARE_SIZE}×${BARE_SIZE}, one core`,
    unit: 'ms',
    cells: { ...cells, [OPENBLAS]: withoutCall(cells[OPENBLAS], call) },
    ours: [OURS, ...KERNELS.map(({ title }) => title)],
    agreement: 'products of the same shape, nothing to compare',
  };
  return {
    title: 'The bare product',
    text: `Milliseconds of the product of two ${BARE_SIZE}×${BARE_SIZE} matrices in the first cache, on one core: the mark for all else. The kernel rounds every product before it is added, so that all kernels give the same bits; OpenBLAS, as NumPy calls it, fuses the two where the processor can. What a call from Python costs, measured on matrices of 4×4, is taken off.`,
    columns: [OURS, ...KERNELS.map(({ title }) => title), OPENBLAS],
    rows: [row],
  };
}

function withoutCall(cell: Cell | undefined, call: Cell | undefined): Cell {
  if (cell?.state !== 'timed' || call?.state !== 'timed') {
    return cell ?? { state: 'missing', reason: NOT_INSTALLED };
  }
  return { ...cell, ms: summaryLess(cell.ms, call.ms.minimum) };
}
