import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attribute, probeActivations } from '../../../src/core/attribution/attribute';
import { encodedFeatures } from '../../../src/core/attribution/featureCodes';
import type { RowKind } from '../../../src/core/attribution/matrix';
import { nodesOf, RULES } from './captum';
import {
  anyPair,
  assertClose,
  columns,
  featuresOf,
  identity,
  pointAt,
  roundingOf,
  rowsOf,
  slopesAt,
  withInputs,
  type Pair,
} from './oracle';

const anyRows = fc.constantFrom<RowKind>('pre-activation', 'post-activation');
const anyNet = anyPair('relu', 'relu', 'linear');

const differences = (pair: Pair, rows: RowKind) =>
  columns(featuresOf(pair), (f) => {
    const base = pointAt(pair, rows, f, 0).rows;
    return pointAt(pair, rows, f, 1).rows.map((value, k) => value - base[k]);
  });

/** Weighted sums of slopes at given nodes, and a bound on their rounding errors. */
function slopeSums(pair: Pair, rows: RowKind, alphas: number[], weights: number[]) {
  let shortest = 1;
  const sums = columns(featuresOf(pair), (f) => {
    const nodes = alphas.map((alpha) => slopesAt(pair, rows, f, alpha));
    shortest = Math.min(shortest, ...nodes.map(({ span }) => span));
    return nodes[0].slopes.map((_, k) =>
      weights.reduce((sum, weight, j) => sum + weight * nodes[j].slopes[k], 0),
    );
  });
  // Two values here; the slopes there, and summing them, round no more than that over a span below 1.
  return { sums, rounding: (4 * roundingOf(pair)) / shortest };
}

describe('attribution of nets of any shape', () => {
  it('by finite difference is n(e_f) − n(0), complete by definition', () => {
    fc.assert(
      fc.property(anyNet, anyRows, (pair, rows) => {
        const matrix = attribute(pair.encoder, pair.specimen, {
          method: 'finite-difference',
          rows,
        });
        // Two values here, two there.
        assertClose(rowsOf(matrix), differences(pair, rows), 4 * roundingOf(pair, 'float32'));
        assert.equal(matrix.completenessError, 0);
      }),
    );
  });

  it('by gradient is the slope at e_f', () => {
    fc.assert(
      fc.property(anyNet, anyRows, (pair, rows) => {
        const matrix = attribute(pair.encoder, pair.specimen, { method: 'gradient', rows });
        const expected = slopeSums(pair, rows, [1], [1]);
        assertClose(rowsOf(matrix), expected.sums, expected.rounding);
      }),
    );
  });

  for (const rule of RULES) {
    it(`by integrated gradients, ${rule}, is the weighted sum of slopes along the path`, () => {
      fc.assert(
        fc.property(anyNet, anyRows, fc.constantFrom(2, 7), (pair, rows, steps) => {
          const { encoder, specimen } = pair;
          const request = { method: 'integrated-gradients', rule, steps, rows } as const;
          const expected = slopeSums(pair, rows, ...nodesOf(rule, steps));
          const matrix = attribute(encoder, specimen, request);
          assertClose(rowsOf(matrix), expected.sums, expected.rounding);
        }),
      );
    });
  }

  it('reports by how much its rows differ from n(e_f) − n(0)', () => {
    fc.assert(
      fc.property(anyNet, anyRows, fc.constantFrom(...RULES), (pair, rows, rule) => {
        const { encoder, specimen } = pair;
        const request = { method: 'integrated-gradients', rule, steps: 3, rows } as const;
        const { values, completenessError } = attribute(encoder, specimen, request);
        const exact = attribute(encoder, specimen, { method: 'finite-difference', rows }).values;
        const misses = values.map((value, i) => Math.abs(value - exact[i]));
        assert.equal(completenessError, Math.max(...misses));
      }),
    );
  });

  it('agrees by every method when the net is linear', () => {
    fc.assert(
      fc.property(
        anyPair('linear'),
        anyRows,
        fc.integer({ min: 2, max: 9 }),
        (pair, rows, steps) => {
          const { encoder, specimen } = pair;
          const exact = attribute(encoder, specimen, { method: 'finite-difference', rows });
          const gradient = attribute(encoder, specimen, { method: 'gradient', rows });
          // One slope is as good as a value; n of them are weighted and added. The exact values are
          // differences of two in float32.
          const bound = 2 * roundingOf(pair, 'float32') + (4 + steps) * roundingOf(pair);
          assertClose(rowsOf(gradient), rowsOf(exact), bound);
          for (const rule of RULES) {
            const request = { method: 'integrated-gradients', rule, steps, rows } as const;
            const share = rule === 'riemann_trapezoid' ? (steps - 1) / steps : 1;
            const expected = rowsOf(exact).map((row) => row.map((value) => share * value));
            assertClose(rowsOf(attribute(encoder, specimen, request)), expected, bound);
          }
        },
      ),
    );
  });

  it('treats each feature independently, bit for bit', () => {
    fc.assert(
      fc.property(
        anyNet,
        anyRows,
        fc.constantFrom(...RULES),
        fc.integer(),
        (pair, rows, rule, by) => {
          const { encoder, specimen } = pair;
          const features = featuresOf(pair);
          const from = (f: number) => (f + (Math.abs(by) % features)) % features;
          const rotated: Pair = encoder
            ? { encoder: { ...encoder, parameters: withInputs(encoder, from) }, specimen }
            : { encoder, specimen: { ...specimen, parameters: withInputs(specimen, from) } };
          for (const request of [
            { method: 'finite-difference', rows },
            { method: 'gradient', rows },
            { method: 'integrated-gradients', rule, steps: 4, rows },
          ] as const) {
            const plain = rowsOf(attribute(encoder, specimen, request));
            assert.deepEqual(
              rowsOf(attribute(rotated.encoder, rotated.specimen, request)),
              plain.map((row) => row.map((_, f) => row[from(f)])),
            );
          }
        },
      ),
    );
  });

  it('does not change its networks, and returns the same result again', () => {
    fc.assert(
      fc.property(anyNet, anyRows, ({ encoder, specimen }, rows) => {
        const before = [encoder?.parameters.slice(), specimen.parameters.slice()];
        const request = {
          method: 'integrated-gradients',
          rule: 'gausslegendre',
          steps: 5,
          rows,
        } as const;
        const first = attribute(encoder, specimen, request);
        assert.deepEqual(attribute(encoder, specimen, request), first);
        assert.deepEqual([encoder?.parameters, specimen.parameters], before);
      }),
    );
  });
});

describe('probeActivations', () => {
  it('returns the output of each neuron at e_f, after its activation', () => {
    fc.assert(
      fc.property(anyNet, (pair) => {
        const matrix = probeActivations(pair.encoder, pair.specimen);
        const outputs = columns(
          featuresOf(pair),
          (f) => pointAt(pair, 'post-activation', f, 1).rows,
        );
        assertClose(rowsOf(matrix), outputs, 2 * roundingOf(pair, 'float32'));
        assert.deepEqual([matrix.rows, matrix.completenessError], ['post-activation', 0]);
      }),
    );
  });
});

describe('encodedFeatures', () => {
  it('is encoder(e_f) − encoder(0), of encoders with and without hidden layers', () => {
    fc.assert(
      fc.property(anyNet, (pair) => {
        fc.pre(pair.encoder !== undefined);
        const { encoder, specimen } = pair;
        assert.ok(encoder);
        const { features, values } = encodedFeatures(encoder);
        // The first layer of a specimen that copies its inputs shows the code.
        const inputs = specimen.layout.widths[0];
        const shown = { encoder, specimen: identity(inputs) };
        assert.equal(features, featuresOf(pair));
        assertClose(
          Array.from({ length: inputs }, (_, i) =>
            Array.from({ length: features }, (_, f) => values[f * inputs + i]),
          ),
          differences(shown, 'pre-activation'),
          4 * roundingOf(shown, 'float32'),
        );
      }),
    );
  });
});
