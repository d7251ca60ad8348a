import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  isSchemaOfExperiments,
  layerAt,
  readExperimentText,
} from '../../../src/node/code/experimentText';
import { SCHEMA_ID } from '../../../src/core/experiment/schemaId';

const OURS = `"$schema": ${JSON.stringify(SCHEMA_ID)}`;

describe('the values in the text of an experiment', () => {
  describe('hidden widths', () => {
    it('are found where they stand', () => {
      const text = `{ ${OURS}, "specimen": { "hidden": [64, 16,\n  8] } }`;
      const { hidden } = readExperimentText(text);
      assert.deepEqual(
        hidden.map(({ layer, width, offset, length }) => [
          layer,
          width,
          text.slice(offset, offset + length),
        ]),
        [
          [0, 64, '64'],
          [1, 16, '16'],
          [2, 8, '8'],
        ],
      );
    });

    it('are found behind comments and a byte order mark, and while the text is half typed', () => {
      for (const text of [
        `// mine\n{ "specimen": { /* two */ "hidden": [64, /* and */ 16] } }`,
        `\ufeff{ "specimen": { "hidden": [64, 16] } }`,
        `{ "specimen": { "hidden": [64, 16`,
        `{ "specimen": { "hidden": [64, 16], "activation": `,
        `{ "name": , "specimen": { "hidden": [64, 16,] } }`,
      ]) {
        const found = readExperimentText(text).hidden.map(({ offset, length }) =>
          text.slice(offset, offset + length),
        );
        assert.deepEqual(found, ['64', '16'], text);
      }
    });

    it('keep their layers if others are not numbers', () => {
      const { hidden } = readExperimentText('{ "specimen": { "hidden": [64, "x", 8] } }');
      assert.deepEqual(
        hidden.map(({ layer, width }) => [layer, width]),
        [
          [0, 64],
          [2, 8],
        ],
      );
    });

    it('of other sections are none', () => {
      assert.deepEqual(readExperimentText('{ "features": { "hidden": [6, 2] } }').hidden, []);
      assert.deepEqual(readExperimentText('{ "specimen": { "hidden": 64 } }').hidden, []);
    });
  });

  it('gives the layer from before the first digit to behind the last', () => {
    const text = '{ "specimen": { "hidden": [64, 16] } }';
    const { hidden } = readExperimentText(text);
    const at = (offset: number): number | undefined => layerAt(hidden, offset);
    const first = text.indexOf('64');
    assert.deepEqual([first - 1, first, first + 1, first + 2, first + 3].map(at), [
      undefined,
      0,
      0,
      0,
      undefined,
    ]);
    assert.equal(at(text.indexOf('16') + 2), 1);
  });

  it('distinguishes experiments from other files of that name', () => {
    assert.equal(readExperimentText(`{ ${OURS} }`).isOurs, true);
    for (const text of ['', '{}', '[]', '7', '{ "$schema": 7 }', '{ "inner": { $schema: 1 } }']) {
      assert.equal(readExperimentText(text).isOurs, false, text);
    }
    assert.equal(isSchemaOfExperiments('../schemas/experiment.schema.json'), true);
    assert.equal(isSchemaOfExperiments('https://example.org/experiment.schema.json'), true);
    assert.equal(isSchemaOfExperiments('https://example.org/my-experiment.schema.json'), false);
    assert.equal(isSchemaOfExperiments('https://example.org/other.json'), false);
    assert.equal(isSchemaOfExperiments(undefined), false);
  });

  it('finds the files of imported data only', () => {
    const data = '"data": "data.pth", "encoder": "encoder.pth"';
    const text = `{ "data": { "source": "imported", ${data}, "featureModel": 3 } }`;
    assert.deepEqual(
      readExperimentText(text).files.map(({ field, value, offset, length }) => [
        field,
        value,
        text.slice(offset, offset + length),
      ]),
      [
        ['data.data', 'data.pth', '"data.pth"'],
        ['data.encoder', 'encoder.pth', '"encoder.pth"'],
      ],
    );
    assert.deepEqual(readExperimentText(`{ "data": { ${data} } }`).files, []);
  });

  it('finds every width in any valid specification, whatever the white space', () => {
    const layers = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(layers, fc.constantFrom('', '  ', '\t'), fc.string(), (hidden, indent, name) => {
        const text = JSON.stringify({ name, specimen: { hidden } }, null, indent);
        const found = readExperimentText(text).hidden;
        assert.deepEqual(
          found.map(({ width }) => width),
          hidden,
        );
        for (const { layer, offset, length } of found) {
          assert.equal(text.slice(offset, offset + length), String(hidden[layer]));
          assert.equal(layerAt(found, offset), layer);
          assert.equal(layerAt(found, offset + length), layer);
        }
      }),
    );
  });

  it('never throws, and never points beyond the text', () => {
    const whole = `{ ${OURS}, "data": { "source": "imported", "data": "a", "encoder": "b" }, "specimen": { "hidden": [4, 2] } }`;
    const broken = fc
      .tuple(fc.nat(whole.length), fc.nat(whole.length), fc.string())
      .map(([start, end, middle]) => whole.slice(0, start) + middle + whole.slice(end));
    fc.assert(
      fc.property(fc.oneof(fc.string(), broken), (text) => {
        const { hidden, files } = readExperimentText(text);
        for (const { offset, length } of [...hidden, ...files]) {
          assert.ok(offset >= 0 && offset + length <= text.length);
        }
      }),
    );
    assert.deepEqual(readExperimentText('['.repeat(900_000)).hidden, []);
  });
});
