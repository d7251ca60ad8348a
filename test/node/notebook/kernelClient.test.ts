import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KernelClient, type CellOutcome } from '../../../src/node/notebook/kernelClient';
import type { CellError, CellOutput } from '../../../src/protocol/kernel';
import { kernelBundle } from './bundle';

describe('a kernel', function () {
  this.timeout(180_000);
  let folder = '';
  let kernel: KernelClient;
  let deaths: string[] = [];
  let count = 0;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'Größe 数 '));
    const env = { NODE_OPTIONS: '--max-old-space-size=96' };
    const onDeath = (reason: string): void => void deaths.push(reason);
    kernel = new KernelClient({ folder, bundle: await kernelBundle(), env, onDeath });
  });
  beforeEach(() => {
    deaths = [];
  });
  after(async () => {
    await kernel.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Executed {
    readonly outcome: CellOutcome;
    readonly outputs: CellOutput[];
    readonly name: string;
  }

  const execute = async (
    code: string,
    language: 'typescript' | 'javascript' = 'typescript',
    onOutput: () => void = () => undefined,
  ): Promise<Executed> => {
    count++;
    const outputs: CellOutput[] = [];
    const request = { cell: `c${count}`, count, code, language };
    const outcome = await kernel.execute(request, (output) => {
      outputs.push(output);
      onOutput();
    });
    return { outcome, outputs, name: `cell [${count}]` };
  };
  /** The text of the last expression. */
  const valueOf = async (code: string): Promise<unknown> => {
    const { outcome, outputs } = await execute(code);
    assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
    const last = outputs.at(-1);
    return last?.type === 'result' ? last.data['text/plain'] : undefined;
  };
  const errorOf = async (code: string): Promise<CellError> => {
    const { outcome } = await execute(code);
    assert.ok(outcome.status === 'error', JSON.stringify(outcome));
    return outcome.error;
  };
  const textOf = (outputs: readonly CellOutput[], name = 'stdout'): string =>
    outputs.map((o) => (o.type === 'stream' && o.name === name ? o.text : '')).join('');

  describe('variables', () => {
    it('outlive their cell, and may be declared again', async () => {
      await execute('let a: number = 1; const b = 2; class K { v = 3 }; function f() { return a }');
      assert.equal(await valueOf('a + b + new K().v + f()'), '7');
      await execute('const a = 10; let b = await Promise.resolve(20); class K { v = 30 }');
      assert.equal(await valueOf('a + b + new K().v + f()'), '70');
      await execute('var u = 1; for (var i = 0; i < 3; i++) { var w = i }; enum E { x, y }');
      assert.equal(await valueOf('[u, i, w, E.y]'), '[ 1, 3, 2, 1 ]');
    });

    it('that are const cannot be assigned', async () => {
      await execute('const fixed = 1');
      assert.equal((await errorOf('fixed = 2')).name, 'TypeError');
      assert.equal(await valueOf('fixed'), '1');
      assert.equal((await errorOf('undeclared = 2')).name, 'ReferenceError');
    });

    it('named like something of Node leave libraries what they need', async () => {
      await execute('const process = 4; const Buffer = 5');
      assert.equal(await valueOf('process + Buffer'), '9');
      assert.equal(await valueOf("import { inspect } from 'node:util'; inspect([1])"), "'[ 1 ]'");
      assert.equal(textOf((await execute('console.log("still")')).outputs), 'still\n');
      await kernel.restart();
    });

    it('hold what a declaration held before, when the new value throws', async () => {
      await execute('let kept = 1');
      await errorOf('let kept = nothing()');
      assert.equal(await valueOf('kept'), '1');
    });
  });

  describe('imports', () => {
    it('find modules of Node, packages and files beside the notebook', async () => {
      mkdirSync(path.join(folder, 'node_modules/esm'), { recursive: true });
      const manifest = '{ "name": "esm", "type": "module", "exports": "./main.js" }';
      writeFileSync(path.join(folder, 'node_modules/esm/package.json'), manifest);
      writeFileSync(path.join(folder, 'node_modules/esm/main.js'), 'export const esm = "package"');
      writeFileSync(path.join(folder, 'm.mjs'), 'export default await Promise.resolve("module")');
      writeFileSync(path.join(folder, 'c.cjs'), 'exports.c = "common"');
      writeFileSync(path.join(folder, 'd.json'), '{ "d": "json" }');
      writeFileSync(
        path.join(folder, 't.ts'),
        "import { u } from './u'; export const t: string = u",
      );
      writeFileSync(path.join(folder, 'u.ts'), 'export const u: string = "typed"');
      const code = `
        import { basename } from 'node:path'
        import { esm } from 'esm'
        import m from './m.mjs'
        import { c } from './c.cjs'
        import d from './d.json' with { type: 'json' }
        import { t } from './t'
        const again = (await import('./t.ts')).t;
        [basename('/x/y'), esm, m, c, d.d, t, again].join()`;
      assert.equal(await valueOf(code), "'y,package,module,common,json,typed,typed'");
      assert.equal(await valueOf('t + esm'), "'typedpackage'");
    });

    it('give the lab, the same one to files beside the notebook', async () => {
      const file = "import { LabError } from 'polysemanticity'; export default LabError";
      writeFileSync(path.join(folder, 'lab.mjs'), file);
      const code =
        "import { LabError, type Run } from 'polysemanticity'; import L from './lab.mjs'; L === LabError";
      assert.equal(await valueOf(code), 'true');
    });

    it('that fail say what is missing', async () => {
      assert.match((await errorOf("import x from 'not-there'")).message, /not-there/);
      await execute("import { absent } from 'node:path'");
      assert.match((await errorOf('absent')).message, /node:path exports no absent/);
    });
  });

  describe('outputs', () => {
    it('come in the order in which they were made', async () => {
      const { outputs } = await execute(
        'console.log("one"); console.error("two"); process.stdout.write("three"); display("four"); "five"',
      );
      const told = outputs.map((output) =>
        output.type === 'stream' ? `${output.name} ${output.text}` : output.type,
      );
      assert.deepEqual(told, ['stdout one\n', 'stderr two\n', 'stdout three', 'display', 'result']);
    });

    it('are updated in place', async () => {
      const { outputs } = await execute('const h = display("a"); h.update("b"); undefined');
      const [shown, updated] = outputs;
      assert.ok(shown.type === 'display' && updated.type === 'update');
      assert.equal(shown.id, updated.id);
      assert.equal(updated.data['text/plain'], 'b');
    });

    it('are as rich as the value', async () => {
      const { outputs } = await execute(`
        display.html('<b>x</b>'); display.markdown('*x*'); display.svg('<svg/>')
        display(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))
        display([{ a: 1, b: '<i>' }, { a: null, c: 2.5 }])
        display({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': 'own' }) })
        display(Float32Array.of(1, NaN, 3))`);
      // What is displayed last is not shown a second time.
      assert.ok(outputs.every(({ type }) => type !== 'result'));
      const data = outputs.flatMap((output) => ('data' in output ? [output.data] : []));
      assert.equal(data[0]['text/html'], '<b>x</b>');
      assert.equal(data[1]['text/markdown'], '*x*');
      assert.equal(data[2]['image/svg+xml'], '<svg/>');
      assert.equal(data[3]['image/png'], 'iVBORw0KGgo=');
      assert.match(String(data[4]['text/html']), /<td>&#60;i&#62;<\/td>/);
      assert.equal(data[4]['text/plain'], 'a  b      c\n1  <i>    —\n—  —    2.5');
      assert.match(String(data.at(-1)?.['text/html']), /own/);
      assert.match(String(data[6]['text/plain']), /Float32Array\(3\) \[1, —, 3\]; .*1 undefined/);
    });

    it('are bounded', async () => {
      const { outcome, outputs } = await execute(
        'for (let i = 0; i < 40000; i++) console.log("x".repeat(99)); 1',
      );
      assert.equal(outcome.status, 'ok');
      const text = textOf(outputs);
      assert.ok(text.length < 1_001_000, String(text.length));
      assert.match(text, /the rest is left out\n$/);
      assert.equal((await errorOf('for (;;) display("y".repeat(1e6))')).name, 'RangeError');
    });

    it('report errors that no cell awaits', async () => {
      const { outputs, outcome } = await execute(
        'setTimeout(() => { throw new Error("late") }); Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 50))',
      );
      assert.equal(outcome.status, 'ok');
      assert.match(textOf(outputs, 'stderr'), /Error: lost\n[^]*Error: late\n/);
    });
  });

  describe('errors', () => {
    it('carry the lines of the cell, and nothing of the kernel', async () => {
      const { outcome, name } = await execute(
        'const f = (x: any): number =>\n  x.a.b\n\nawait null\n;f({})',
      );
      assert.ok(outcome.status === 'error');
      const { stack, line, column, name: kind } = outcome.error;
      assert.deepEqual([kind, line, column], ['TypeError', 2, 7]);
      const [title, ...frames] = stack.split('\n');
      assert.match(title, /^TypeError: Cannot read properties of undefined/);
      assert.deepEqual(frames, [`    at f (${name}:2:7)`, `    at ${name}:5:2`]);
    });

    it('name the earlier cell whose function threw', async () => {
      const { name } = await execute(
        '\nfunction thrower() { throw new Error("deep", { cause: "why" }) }',
      );
      const { stack, line } = await errorOf('thrower()');
      assert.match(stack, new RegExp(`at thrower \\(${name.replace(/[[\]]/g, '\\$&')}:2:28\\)`));
      assert.match(stack, /caused by .*why/);
      assert.equal(line, undefined);
    });

    it('of syntax run nothing', async () => {
      const { outcome, outputs } = await execute('console.log("ran")\nlet = = 3');
      assert.ok(outcome.status === 'error');
      assert.deepEqual([outcome.error.name, outcome.error.line], ['SyntaxError', 2]);
      assert.deepEqual(outputs, []);
    });

    it('may be anything that is thrown', async () => {
      assert.equal((await errorOf('throw "text"')).message, 'text');
      assert.equal((await errorOf('throw null')).message, 'null');
      assert.equal((await errorOf('throw { a: 1 }')).message, '{ a: 1 }');
    });
  });

  describe('an interrupt', () => {
    const stopping: [what: string, code: string][] = [
      ['an endless loop', 'state++; for (;;) {}'],
      ['an endless loop after an await', 'state++; await 1; for (;;) {}'],
      [
        'an endless loop in a timer',
        'state++; setTimeout(() => { for (;;) {} }); await new Promise(() => {})',
      ],
      ['a loop that catches everything', 'state++; for (;;) { try { for (;;) {} } catch {} }'],
      ['a loop that prints', 'state++; for (;;) console.log("again")'],
      ['a wait without end', 'state++; await new Promise(() => {})'],
      [
        'a wait on shared memory',
        'state++; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
      ],
    ];
    for (const [what, code] of stopping) {
      it(`stops ${what}, and keeps the state`, async () => {
        await execute('globalThis.state = 1');
        const { pid } = kernel;
        const running = execute(code);
        await sleep(200);
        assert.equal(await kernel.interrupt(), 'stopped');
        const { outcome } = await running;
        assert.deepEqual([outcome.status, outcome.stateLost], ['interrupted', false]);
        assert.equal(await valueOf('globalThis.state'), '2');
        assert.equal(kernel.pid, pid);
      });
    }

    it('asks first, so that code can clean up', async () => {
      const running = execute(
        'await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve)); console.log("tidied"); "done"',
      );
      await sleep(100);
      assert.equal(await kernel.interrupt(), 'stopped');
      const { outcome, outputs } = await running;
      assert.equal(outcome.status, 'ok');
      assert.equal(textOf(outputs), 'tidied\n');
      assert.equal(await valueOf('interrupt.signal.aborted'), 'false');
    });

    it('stops training and whole experiments', async () => {
      const code = `
        import { defineExperiment, runExperiment } from 'polysemanticity'
        const experiment = defineExperiment({ name: 'long', features: { count: 8 }, data: { samples: 500, inputs: 4 },
          specimen: { hidden: [32, 16] }, training: { epochs: 50000 } })
        const run = runExperiment(experiment)
        await run.finish((event) => { if (event.type === 'epoch-measured') globalThis.begun ??= console.log('begun') ?? true })`;
      let begin: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const running = execute(code, 'typescript', begin);
      await begun;
      assert.equal(await kernel.interrupt(), 'stopped');
      const { outcome } = await running;
      assert.deepEqual([outcome.status, outcome.stateLost], ['interrupted', false]);
      assert.equal(await valueOf('globalThis.begun'), 'true');
    });

    it('kills the process if nothing else helps, and says that the state is lost', async () => {
      await execute('globalThis.state = 1');
      const running = execute(
        `import { execFileSync } from 'node:child_process'; execFileSync(${JSON.stringify(globalThis.process.execPath)}, ['-e', 'setTimeout(() => {}, 20000)'])`,
      );
      await sleep(500);
      assert.equal(await kernel.interrupt(), 'killed');
      const { outcome } = await running;
      assert.ok(outcome.status === 'interrupted' && outcome.stateLost);
      assert.match(outcome.error.message, /lost/);
      assert.deepEqual(deaths, []);
      assert.equal(await valueOf('typeof globalThis.state'), "'undefined'");
    });

    it('without a running cell does nothing', async () => {
      assert.equal(await kernel.interrupt(), 'idle');
    });
  });

  describe('a death', () => {
    const deadly: [how: string, code: string, reason: RegExp][] = [
      ['an exit', 'console.log("bye"); process.exit(3)', /exit code 3/],
      ['an abort', 'process.abort()', /SIGABRT/],
      [
        'memory that runs out',
        'const all: unknown[] = []; for (;;) all.push(new Array(1e5).fill(1.5))',
        /memory/,
      ],
    ];
    for (const [how, code, reason] of deadly) {
      it(`by ${how} is told with its reason, and the next cell runs`, async () => {
        await kernel.restart();
        await execute('globalThis.state = 1');
        const { outcome, outputs } = await execute(code);
        assert.ok(outcome.status === 'died' && outcome.stateLost, JSON.stringify(outcome));
        assert.match(outcome.error.message, reason);
        assert.equal(deaths.length, 1);
        if (how === 'an exit') assert.equal(textOf(outputs), 'bye\n');
        assert.equal(kernel.state, 'dead');
        assert.equal(await valueOf('typeof globalThis.state'), "'undefined'");
      });
    }

    it('between cells is reported, too', async () => {
      await execute('setTimeout(() => process.exit(4), 50)');
      for (let i = 0; i < 100 && deaths.length === 0; i++) await sleep(50);
      assert.deepEqual(deaths, ['exit code 4']);
      assert.equal(await valueOf('1'), '1');
    });
  });

  it('restarts without old state, even while a cell runs', async () => {
    await execute('globalThis.state = 1');
    const running = execute('for (;;) {}');
    await sleep(100);
    await kernel.restart();
    assert.equal((await running).outcome.stateLost, true);
    assert.deepEqual(deaths, []);
    assert.equal(await valueOf('typeof globalThis.state'), "'undefined'");
  });

  it('works in the folder of the notebook', async () => {
    assert.equal(await valueOf('process.cwd()'), `'${folder}'`);
    assert.equal(await valueOf('import.meta.dirname'), `'${folder}'`);
  });

  it('executes one cell at a time', async () => {
    const running = execute('await new Promise((resolve) => setTimeout(resolve, 200))');
    await assert.rejects(execute('1'), /still running/);
    assert.equal((await running).outcome.status, 'ok');
  });
});

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
