import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { MEASURES } from '../../src/core/measures/table';
import { ENGINE_CHOICES } from '../../src/node/compute/engines';
import { RENDERER_ID } from '../../src/protocol/notebook';
import { RAMPS } from '../../src/figures/colour/ramps';

const ROOT = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const commandSchema = z.object({
  command: z.string(),
  title: z.string(),
  category: z.string(),
  enablement: z.string(),
});
const itemSchema = z.object({ command: z.string(), when: z.string().optional() });
const settingSchema = z.object({
  default: z.unknown(),
  enum: z.array(z.string()).optional(),
  markdownDescription: z.string(),
  markdownEnumDescriptions: z.array(z.string()).optional(),
});
const manifestSchema = z.object({
  main: z.string(),
  contributes: z.object({
    commands: z.array(commandSchema),
    menus: z.record(z.string(), z.array(itemSchema)),
    keybindings: z.array(itemSchema),
    configuration: z.array(z.object({ properties: z.record(z.string(), settingSchema) })),
    notebookRenderer: z.array(z.object({ id: z.string() })),
    viewsContainers: z.object({ activitybar: z.array(z.object({ icon: z.string() })) }),
    walkthroughs: z.array(
      z.object({
        steps: z.array(
          z.object({
            id: z.string(),
            description: z.string(),
            media: z.object({ svg: z.string() }),
            completionEvents: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});

describe('the manifest', () => {
  const text = read('package.json');
  const { contributes } = manifestSchema.parse(JSON.parse(text));
  const strings = z.record(z.string(), z.string()).parse(JSON.parse(read('package.nls.json')));
  const ids = contributes.commands.map(({ command }) => command);
  const resolve = (placeholder: string): string => strings[placeholder.slice(1, -1)];
  const settings = Object.assign(
    {},
    ...contributes.configuration.map(({ properties }) => properties),
  ) as Record<string, z.output<typeof settingSchema>>;

  it('has a string for every placeholder, and no unused strings', () => {
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(strings).sort());
  });

  it('uses placeholders for all texts of commands and settings', () => {
    for (const { title, category } of contributes.commands) {
      assert.match(title, /^%[^%]+%$/);
      assert.equal(resolve(category), 'Polysemanticity');
    }
    for (const { markdownDescription, markdownEnumDescriptions = [] } of Object.values(settings)) {
      for (const one of [markdownDescription, ...markdownEnumDescriptions]) {
        assert.match(one, /^%[^%]+%$/);
      }
    }
  });

  it('names each command once, by noun and verb, and says when it is enabled', () => {
    assert.equal(new Set(ids).size, ids.length);
    for (const { command, enablement } of contributes.commands) {
      assert.match(command, /^polysemanticity\.[a-z]+\.[a-zA-Z]+$/);
      assert.ok(enablement.length > 0, command);
    }
  });

  it('refers only to commands that it declares', () => {
    const items = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    const linked = [...Object.values(strings)].flatMap((one) =>
      [...one.matchAll(/command:(polysemanticity\.[a-zA-Z.]+)/g)].map(([, id]) => id),
    );
    const used = [...items.map(({ command }) => command), ...linked];
    assert.deepEqual(
      used.filter((id) => !ids.includes(id)),
      [],
    );
  });

  it('completes a walkthrough step when its action succeeds, not when its command starts', () => {
    const code = readdirSync(path.join(ROOT, 'src/extension'), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(path.join('src/extension', name)))
      .join();
    for (const { id, completionEvents } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      assert.deepEqual(completionEvents, [`onContext:polysemanticity.done.${id}`]);
      assert.ok(code.includes(`tickStep('${id}')`), id);
    }
  });

  it('has its commands documented with their titles', () => {
    const rows = [...read('docs/commands.md').matchAll(/^\| (.+?) +\| `(\S+)` /gm)];
    const documented = rows.map(([, title, id]) => `${id} ${title}`).sort();
    const declared = contributes.commands.map(
      ({ command, title }) => `${command} ${resolve(title)}`,
    );
    assert.deepEqual(documented, declared.sort());
  });

  it('has its settings documented with their defaults', () => {
    const rows = [
      ...read('docs/extension.md').matchAll(/^\| `(polysemanticity\.\S+)` +\| `(\S+)` /gm),
    ];
    const documented = Object.fromEntries(rows.map(([, id, value]) => [id, value]));
    const declared = Object.entries(settings).map(([id, one]) => [id, String(one.default)]);
    assert.deepEqual(documented, Object.fromEntries(declared));
  });

  it('offers exactly the existing engines, measures and colour ramps', () => {
    const offered = (id: string): string[] => settings[`polysemanticity.${id}`].enum ?? [];
    assert.deepEqual(offered('engine'), ENGINE_CHOICES);
    assert.deepEqual(offered('matrix.ramp'), Object.keys(RAMPS));
    const ofNeurons = MEASURES.filter(({ level }) => level === 'neuron').map(({ id }) => id);
    assert.deepEqual(offered('measure'), ofNeurons);
  });

  it('describes every value of a setting, and the default is one of them', () => {
    for (const [id, one] of Object.entries(settings)) {
      if (!one.enum) continue;
      assert.equal(one.markdownEnumDescriptions?.length, one.enum.length, id);
      assert.ok(one.enum.includes(String(one.default)), id);
    }
  });

  it('declares the renderer under the id that the extension uses', () => {
    assert.deepEqual(
      contributes.notebookRenderer.map(({ id }) => id),
      [RENDERER_ID],
    );
  });

  it('refers only to images that exist', () => {
    const icons = contributes.viewsContainers.activitybar.map(({ icon }) => icon);
    const media = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map((step) => step.media.svg),
    );
    for (const file of [...icons, ...media]) assert.ok(existsSync(path.join(ROOT, file)), file);
  });
});
