import assert from 'node:assert/strict';
import { attribute, probeActivations } from '../../../src/core/attribution/attribute';
import { distributionMatrix } from '../../../src/core/attribution/distribution';
import { distributionReadouts } from '../../../src/core/attribution/distributionReadouts';
import { displaced, displacementOf, featureStatistics } from '../../../src/core/attribution/probe';
import { probeInputs } from '../../../src/core/attribution/sampleRows';
import { flattenRow, unflattenRow, type MetricsRow } from '../../../src/core/experiment/metricsRow';
import { checkSpecification } from '../../../src/core/experiment/parse';
import { readingsOf, type Reading } from '../../../src/core/experiment/readings';
import { nullLevel } from '../../../src/core/experiment/runNull';
import { saturated } from '../../../src/core/experiment/saturated';
import type { SpecificationInput } from '../../../src/core/experiment/specification';
import { whyMissing } from '../../../src/core/experiment/whyMissing';
import { ACTIVITIES } from '../../../src/core/measures/activity';
import { measureMatrix } from '../../../src/core/measures/measure';
import { nullOf } from '../../../src/core/measures/null';
import { MEASURES, type MeasureId } from '../../../src/core/measures/table';
import { COEFFICIENTS, IDENTITY, passOf, probed, probedEvents } from './probedExperiment';
import { ENCODER, eventsOf, ofType, rowsOf, tiny } from './tinyExperiment';

type Attribution = SpecificationInput['attribution'];

const EVERYTHING: Attribution = {
  probes: [
    'one-hot',
    { probe: 'distribution', samples: 45 },
    'scaled',
    { probe: 'one-hot', baseline: 'mean' },
    { probe: 'scaled', baseline: 'mean' },
  ],
  rows: ['pre-activation', 'post-activation'],
};

const KEYS = [
  'one-hot',
  'one-hot.post-activation',
  'distribution',
  'distribution.post-activation',
  'scaled',
  'scaled.post-activation',
  'one-hot-mean',
  'one-hot-mean.post-activation',
  'scaled-mean',
  'scaled-mean.post-activation',
];

describe('the readings of a specification', () => {
  it('are its probes by its kinds of rows, in order', () => {
    assert.deepEqual(
      readingsOf(probed(EVERYTHING)).map(({ key }) => key),
      KEYS,
    );
    const reversed = {
      probes: ['distribution'],
      rows: ['post-activation', 'pre-activation'],
    } as const;
    assert.deepEqual(
      readingsOf(probed({ probes: [...reversed.probes], rows: [...reversed.rows] })).map(
        ({ key, rows }) => [key, rows],
      ),
      [
        ['distribution', 'post-activation'],
        ['distribution.pre-activation', 'pre-activation'],
      ],
    );
  });

  it('are one-hot vectors from zero if none are listed', () => {
    const [reading, ...others] = readingsOf(tiny());
    assert.deepEqual(reading, {
      key: 'one-hot',
      probe: 'one-hot',
      baseline: 'zero',
      samples: 1500,
      rows: 'pre-activation',
    });
    assert.deepEqual(others, []);
  });

  const refusals: [Attribution, string, RegExp][] = [
    [{ probes: [] }, 'attribution.probes', /at least 1 entry/],
    [{ probes: ['scaled', 'scaled'] }, 'attribution.probes[1]', /"scaled" is listed twice/],
    [
      { probes: ['one-hot', { probe: 'one-hot', baseline: 'zero' }] },
      'attribution.probes[1]',
      /listed twice/,
    ],
    [{ rows: ['pre-activation', 'pre-activation'] }, 'attribution.rows[1]', /listed twice/],
    [
      { probes: [{ probe: 'distribution', baseline: 'mean' }] },
      'attribution.probes[0].baseline',
      /does not support baseline/,
    ],
    [
      { probes: [{ probe: 'scaled', samples: 9 }] },
      'attribution.probes[0].samples',
      /only "distribution" reads samples/,
    ],
    [
      { probes: [{ probe: 'distribution', samples: 61 }] },
      'attribution.probes[0].samples',
      /only 60 samples/,
    ],
  ];
  for (const [attribution, field, message] of refusals) {
    it(`refuse ${JSON.stringify(attribution)} at its place`, () => {
      const good = JSON.parse(JSON.stringify(probed({}))) as object;
      const { problems } = checkSpecification(JSON.stringify({ ...good, attribution }));
      assert.deepEqual(
        problems.map((problem) => problem.field),
        [field],
      );
      assert.match(problems[0].message, message);
    });
  }

  it('refuse by name what needs coefficients where data are imported', () => {
    const probes = ['one-hot', 'distribution', { probe: 'one-hot', baseline: 'mean' }];
    assert.throws(
      () => tiny({ attribution: { probes } }),
      ({ message }: Error) =>
        /attribution\.probes\[1\].*"distribution" needs the coefficients.*imported/.test(message) &&
        /attribution\.probes\[2\].*baseline "mean" needs the coefficients/.test(message),
    );
    assert.deepEqual(readingsOf(tiny({ attribution: { probes: ['one-hot'] } })).length, 1);
  });

  it('refuse data without coefficients before anything is trained', async () => {
    await assert.rejects(
      probedEvents(probed({ probes: ['scaled'] }), null as never),
      /attribution\.probes: these probes need the coefficients/,
    );
  });
});

describe('a run with several readings', () => {
  const run = probedEvents(probed(EVERYTHING));

  it('measures each reading of each checkpoint as the core does', async () => {
    const events = await run;
    const rows: readonly MetricsRow[] = rowsOf(events);
    const statistics = featureStatistics(COEFFICIENTS);
    const readings: readonly Reading[] = readingsOf(probed(EVERYTHING));
    for (const { checkpoint } of ofType(events, 'checkpoint-ready')) {
      const { specimen, leg, epoch } = checkpoint;
      const row = rows.find(
        (one) => one.requested === leg.requested && one.epoch === epoch,
      ) as MetricsRow;
      const pass = passOf(specimen, 45);
      for (const reading of readings) {
        const { key, probe, baseline, rows: kind } = reading;
        const isFirst = key === 'one-hot';
        const matrix = isFirst ? checkpoint.attribution : checkpoint.readings?.[key];
        const displacement =
          probe === 'distribution' ? undefined : displacementOf(probe, baseline, statistics);
        const encoder = displacement ? displaced(ENCODER, displacement) : ENCODER;
        const expected =
          probe === 'distribution'
            ? distributionMatrix(specimen, 5, kind, pass)
            : attribute(encoder, specimen, { method: 'finite-difference', rows: kind });
        assert.deepEqual(matrix, expected, key);
        const activations =
          probe === 'distribution'
            ? { ...expected, rows: 'post-activation' as const, values: pass.activity.present }
            : probeActivations(encoder, specimen);
        const measured = measureMatrix(expected, { activations });
        const found = isFirst ? row.measures : row.readings?.[key].measures;
        for (const { id } of MEASURES) {
          const { mean } = measured[id].net;
          assert.equal(found?.[id].mean, Number.isNaN(mean) ? null : mean, `${key} ${id}`);
        }
      }
    }
  });

  it('makes cheap readings after every epoch, the distribution at the ends of stages', async () => {
    const cheap = KEYS.slice(1).filter((key) => !key.startsWith('distribution'));
    for (const { requested, epoch, readings, activity } of rowsOf(await run)) {
      const isEnd = epoch === 0 || epoch === (requested === null ? 3 : 2);
      assert.deepEqual(Object.keys(readings ?? {}), isEnd ? KEYS.slice(1) : cheap);
      assert.equal(activity !== undefined, isEnd);
    }
  });

  it('has columns for each under its own name, and gives them back', async () => {
    const [row] = rowsOf(await run);
    const flat = flattenRow(row);
    for (const key of KEYS) {
      const prefix = key === 'one-hot' ? '' : `${key}.`;
      for (const { id } of MEASURES) {
        for (const suffix of ['', '.layers', '.missing', '.null']) {
          assert.ok(`${prefix}${id}${suffix}` in flat, `${prefix}${id}${suffix}`);
        }
      }
      assert.equal(flat[`${prefix}completenessError`], 0);
    }
    for (const { id } of ACTIVITIES) assert.equal(typeof flat[id], 'number', id);
    assert.deepEqual(unflattenRow(JSON.parse(JSON.stringify(flat)) as never), row);
  });

  it('leaves the rows of other experiments as they are', async () => {
    const [row] = rowsOf(await eventsOf(tiny()));
    const flat = flattenRow(row);
    assert.equal(
      Object.keys(flat).filter((name) => /^(one-hot|scaled|distrib)/.test(name)).length,
      0,
    );
    assert.ok(!ACTIVITIES.some(({ id }) => id in flat));
    assert.deepEqual(unflattenRow(flat), row);
  });

  it('has the first reading without a prefix, with no values where it was not made', async () => {
    const rows = rowsOf(await probedEvents(probed({ probes: ['distribution', 'one-hot'] })));
    for (const { epoch, requested, measures, readings } of rows) {
      const isEnd = epoch === 0 || epoch === (requested === null ? 3 : 2);
      assert.equal(measures.relative.mean !== null, isEnd);
      assert.equal(measures.relative.layers.length, isEnd ? 2 : 0);
      assert.notEqual(measures.relative.null, null);
      assert.notEqual(readings?.['one-hot'].measures.relative.mean, null);
    }
  });

  it('reads every epoch that it keeps', async () => {
    const keep = { attributions: 'epochs' } as const;
    const events = await probedEvents(probed({ probes: ['distribution'] }, { keep }));
    for (const { measures } of rowsOf(events)) assert.notEqual(measures.relative.mean, null);
    assert.equal(ofType(events, 'checkpoint-ready').length, rowsOf(events).length);
  });

  it('measures the activity of nets whose coefficients are not known, but not their selectivity', async () => {
    const rows = rowsOf(await eventsOf(tiny({ attribution: { probes: ['one-hot'] } })));
    const { activity } = rows[0];
    assert.equal(typeof activity?.firing.mean, 'number');
    assert.equal(activity?.selectivityOnData.mean, null);
    assert.equal(activity?.firing.layers.length, 2);
  });

  it('has no firing of linear nets, and says why', async () => {
    const specimen = { hidden: [4], activation: 'linear' as const };
    const [row] = rowsOf(await probedEvents(probed({ probes: ['distribution'] }, { specimen })));
    assert.deepEqual(row.activity?.firing, { mean: null, layers: [null] });
    assert.deepEqual(row.activity?.deadOnData.mean, null);
    assert.equal(row.measures.selectivity.mean, null);
    assert.match(whyMissing('selectivity', 'linear'), /the network is linear/);
    assert.match(whyMissing('firing', 'linear'), /the network is linear/);
    assert.match(whyMissing('selectivity', 'relu', 'distribution'), /in none of the samples/);
  });
});

describe('the nulls of several readings', () => {
  it('are one for each, in every row, with deviation and percentiles', async () => {
    const events = await probedEvents(probed(EVERYTHING));
    const [{ nulls }] = ofType(events, 'null-drawn');
    assert.deepEqual(Object.keys(nulls.readings ?? {}), KEYS.slice(1));
    for (const row of rowsOf(events)) {
      for (const [key, { measures }] of Object.entries(row.readings ?? {})) {
        const own = nulls.readings?.[key];
        for (const { id } of MEASURES) {
          assert.equal(measures[id].null, own?.measures[id]?.mean, `${key} ${id}`);
        }
        const { sd, low, high } = own?.measures.relative ?? {};
        for (const x of [sd, low, high]) assert.equal(typeof x, 'number');
        assert.equal(
          own?.rows,
          key.endsWith('post-activation') ? 'post-activation' : 'pre-activation',
        );
        assert.equal(nullLevel(nulls, [], 'relative', key)?.mean, measures.relative.null);
      }
    }
    assert.deepEqual(JSON.parse(JSON.stringify(nulls)), nulls);
  });

  it('have noise that no width changes in measures of single neurons', async () => {
    const levels = async (hidden: number[]) => {
      const events = await probedEvents(probed(EVERYTHING, { specimen: { hidden } }));
      const [{ nulls }] = ofType(events, 'null-drawn');
      return Object.values(nulls.readings ?? {}).map(({ measures }) => measures.relative);
    };
    assert.deepEqual(await levels([8, 6]), await levels([5]));
  });

  describe('have the closed forms of a code that is the identity of two features:', () => {
    const tangent = (2 / Math.PI) * Math.LN2;
    const count = 40_000;
    // Five standard errors; R is in [1, 2].
    const error = (5 * 0.5) / Math.sqrt(count);
    const near = (value: number, expected: number): void =>
      assert.ok(Math.abs(value - expected) <= error, `${value} instead of ${expected}`);
    const both = { samples: 1, features: 2, values: Float32Array.of(1, 1) };
    const apart = { samples: 2, features: 2, values: Float32Array.of(1, 0, 0, 1) };
    const options = { widths: [50], readouts: count, nets: 20, activation: 'relu' } as const;
    const sourceOf = (coefficients: typeof both) =>
      distributionReadouts(IDENTITY, probeInputs(IDENTITY, coefficients, 10));

    for (const [name, coefficients] of Object.entries({ both, apart })) {
      it(`R = 1 + (2/π) ln 2, participation 1 + 2/π, samples that have ${name}`, () => {
        const { relative, participation } = nullOf(sourceOf(coefficients), options);
        near(relative.mean, 1 + tangent);
        near(participation.mean, 1 + 2 / Math.PI);
        assert.equal(relative.count, count);
      });
    }

    it('rectified, a quarter is dead and R of the live is 1.147090', () => {
      const found = nullOf(sourceOf(apart), { ...options, rows: 'post-activation' });
      near(found.relative.count / count, 0.75);
      near(found.relative.mean, 1 + tangent / 3);
      const nets = 20 * 50;
      const spread = 5 * Math.sqrt((0.25 * 0.75) / nets);
      assert.ok(Math.abs(found.deadFraction.mean - 0.25) <= spread);
    });
  });
});

describe('a saturated measure', () => {
  const rowsWith = (means: (number | null)[]): MetricsRow[] =>
    means.map((mean) => ({ measures: { hill0: { mean } } }) as unknown as MetricsRow);
  const of = (means: (number | null)[], id: MeasureId = 'hill0') =>
    saturated(rowsWith(means), id, 5);

  it('is at one bound in all nets', () => {
    assert.equal(of([5, 5, null, 5]), 'greatest');
    assert.equal(of([1, 1]), 'least');
    assert.equal(of([5, 1]), undefined);
    assert.equal(of([5, 4.99]), undefined);
    assert.equal(of([null]), undefined);
    assert.equal(of([]), undefined);
  });

  it('is found in a reading', async () => {
    const rows = rowsOf(await probedEvents(probed(EVERYTHING)));
    // Near zero, one feature alone opens a gate of this encoder.
    for (const { readings } of rows) assert.equal(readings?.scaled.measures.relative.mean, 1);
    assert.equal(saturated(rows, 'relative', 5, 'scaled'), 'least');
    assert.equal(saturated(rows, 'relative', 5, 'distribution'), undefined);
    assert.equal(saturated(rows, 'relative', 5), undefined);
  });
});
