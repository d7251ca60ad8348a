import assert from 'node:assert/strict';
import { encodedFeatures } from '../../../src/core/attribution/featureCodes';
import type { MetricsRow } from '../../../src/core/experiment/metricsRow';
import { drawRunNull } from '../../../src/core/experiment/drawRunNull';
import { NULL_VERSION, nullLevel } from '../../../src/core/experiment/runNull';
import { nullOf } from '../../../src/core/measures/null';
import { MEASURES } from '../../../src/core/measures/table';
import { Stopped, StopSource } from '../../../src/core/stop';
import { exampleRow } from './exampleRow';
import { contextOf, ENCODER, eventsOf, ofType, rowsOf, tiny } from './tinyExperiment';

describe('the null of a run', () => {
  it('is that of its code, rows, unpruned widths and ways of measuring', () => {
    const specification = tiny({
      attribution: { method: 'finite-difference', rows: 'post-activation' },
      measures: { nullNeurons: 300, threshold: 0.4, compatibility: 'thesis' },
    });
    const { nulls } = contextOf(specification);
    const expected = nullOf(encodedFeatures(ENCODER), {
      widths: [8, 6],
      readouts: 300,
      nets: 22, // 300 readouts in nets of 14
      activation: 'relu',
      rows: 'post-activation',
      threshold: 0.4,
      compatibility: 'thesis',
    });
    const { version, rows, readouts, nets, widths } = nulls;
    assert.deepEqual(
      { version, rows, readouts, nets, widths },
      { version: NULL_VERSION, rows: 'post-activation', readouts: 300, nets: 22, widths: [8, 6] },
    );
    for (const { id } of MEASURES) {
      const { mean, sd, standardError, low, high, count, of } = expected[id];
      const orNull = (x: number): number | null => (Number.isNaN(x) ? null : x);
      assert.deepEqual(nulls.measures[id], {
        of,
        mean: orNull(mean),
        sd: orNull(sd),
        standardError: orNull(standardError),
        low: orNull(low),
        high: orNull(high),
        count,
      });
    }
    // Dead readouts count as 0 there, and leave coverage without a value.
    assert.equal(nulls.measures.relative?.count, 300);
    assert.equal(nulls.measures.coverage?.mean, null);
  });

  it('says what is not defined: selectivity where nothing rectifies', () => {
    const { nulls } = contextOf(tiny({ specimen: { activation: 'linear' } }));
    assert.deepEqual(nulls.measures.selectivity, {
      of: 'neuron',
      mean: null,
      sd: null,
      standardError: null,
      low: null,
      high: null,
      count: 0,
    });
  });

  it('survives JSON, in which runs keep it', () => {
    const { nulls } = contextOf(tiny());
    assert.deepEqual(JSON.parse(JSON.stringify(nulls)), nulls);
  });

  it('is told once, before any row, and can be stopped while it is drawn', async () => {
    const events = await eventsOf(tiny());
    assert.equal(ofType(events, 'null-drawn').length, 1);
    const types = events.map(({ type }) => type);
    assert.ok(types.indexOf('null-drawn') < types.indexOf('epoch-measured'));
    const signal = new StopSource();
    const yieldToEventLoop = (): Promise<void> => {
      signal.stop();
      return Promise.resolve();
    };
    const specification = tiny({ measures: { nullNeurons: 100_000 } });
    await assert.rejects(
      drawRunNull(specification, { encoder: ENCODER }, { signal, yieldToEventLoop }),
      Stopped,
    );
  });
});

describe('the level of a null', () => {
  it('is what the run says of it, with its standard error', () => {
    const { nulls } = contextOf(tiny());
    const { mean, standardError, count } = nulls.measures.relative ?? assert.fail();
    assert.deepEqual(nullLevel(nulls, [], 'relative'), {
      mean,
      standardError,
      count,
      of: 'neuron',
      old: false,
    });
  });

  it('is for an old run that of its unpruned rows, and marked', async () => {
    const old = (requested: number | null, chance: number): MetricsRow => {
      const row = exampleRow({ requested });
      const relative = { ...row.measures.relative, null: chance };
      return { ...row, measures: { ...row.measures, relative } };
    };
    const rows = [old(0.5, 3.9), old(null, 3.7), old(0.25, 3.8)];
    assert.deepEqual(nullLevel(undefined, rows, 'relative'), { mean: 3.7, old: true });
    assert.equal(nullLevel(undefined, [], 'relative'), undefined);
    const measured = rowsOf(await eventsOf(tiny()));
    assert.equal(nullLevel(undefined, measured, 'relative')?.old, true);
  });

  it('is missing where the measure has none', () => {
    const { nulls } = contextOf(tiny({ specimen: { activation: 'linear' } }));
    assert.equal(nullLevel(nulls, [], 'selectivity'), undefined);
    assert.equal(nullLevel({ ...nulls, measures: {} }, [], 'relative'), undefined);
  });
});
