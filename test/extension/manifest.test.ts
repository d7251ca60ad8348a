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
  const said = (placeholder: string): string => strings[placeholder.slice(1, -1)];
  const settings = Object.assign(
    {},
    ...contributes.configuration.map(({ properties }) => properties),
  ) as Record<string, z.output<typeof settingSchema>>;

  it('has a string for every placeholder, and none that is not used', () => {
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(strings).sort());
  });

  it('says nothing to people but by such strings', () => {
    for (const { title, category } of contributes.commands) {
      assert.match(title, /^%[^%]+%$/);
      assert.equal(said(category), 'Polysemanticity');
    }
    for (const { markdownDescription, markdownEnumDescriptions = [] } of Object.values(settings)) {
      for (const one of [markdownDescription, ...markdownEnumDescriptions]) {
        assert.match(one, /^%[^%]+%$/);
      }
    }
  });

  it('names commands by noun and verb, each once and with when it is enabled', () => {
    assert.equal(new Set(ids).size, ids.length);
    for (const { command, enablement } of contributes.commands) {
      assert.match(command, /^polysemanticity\.[a-z]+\.[a-zA-Z]+$/);
      assert.ok(enablement.length > 0, command);
    }
  });

  it('has in its menus, keys, walkthrough and welcome only commands that it has', () => {
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

  it('ticks a step of the walkthrough when it has happened, not when its command was called', () => {
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

  it('is documented: each command with its title', () => {
    const rows = [...read('docs/commands.md').matchAll(/^\| (.+?) +\| `(\S+)` /gm)];
    const documented = rows.map(([, title, id]) => `${id} ${title}`).sort();
    const declared = contributes.commands.map(({ command, title }) => `${command} ${said(title)}`);
    assert.deepEqual(documented, declared.sort());
  });

  it('documents each setting with its default', () => {
    const rows = [
      ...read('docs/extension.md').matchAll(/^\| `(polysemanticity\.\S+)` +\| `(\S+)` /gm),
    ];
    const documented = Object.fromEntries(rows.map(([, id, value]) => [id, value]));
    const declared = Object.entries(settings).map(([id, one]) => [id, String(one.default)]);
    assert.deepEqual(documented, Object.fromEntries(declared));
  });

  it('offers the engines, measures and colours that there are', () => {
    const offered = (id: string): string[] => settings[`polysemanticity.${id}`].enum ?? [];
    assert.deepEqual(offered('engine'), ENGINE_CHOICES);
    assert.deepEqual(offered('matrix.ramp'), Object.keys(RAMPS));
    const ofNeurons = MEASURES.filter(({ level }) => level === 'neuron').map(({ id }) => id);
    assert.deepEqual(offered('measure'), ofNeurons);
  });

  it('describes every choice of a setting, and has its default among them', () => {
    for (const [id, one] of Object.entries(settings)) {
      if (!one.enum) continue;
      assert.equal(one.markdownEnumDescriptions?.length, one.enum.length, id);
      assert.ok(one.enum.includes(String(one.default)), id);
    }
  });

  it('declares the renderer under the name that the extension listens to', () => {
    assert.deepEqual(
      contributes.notebookRenderer.map(({ id }) => id),
      [RENDERER_ID],
    );
  });

  it('has its pictures', () => {
    const icons = contributes.viewsContainers.activitybar.map(({ icon }) => icon);
    const media = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map((step) => step.media.svg),
    );
    for (const file of [...icons, ...media]) assert.ok(existsSync(path.join(ROOT, file)), file);
  });
});
