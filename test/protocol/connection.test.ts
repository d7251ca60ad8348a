import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError, type ErrorFacts } from '../../src/core/errors';
import { failureOf } from '../../src/core/failure';
import { CallFailed, Connection, type Port } from '../../src/protocol/connection';

interface Adder {
  add(terms: readonly number[]): number;
  fail(reason: string): void;
  never(params: undefined): number;
}

interface Listener {
  hear(text: string): void;
}

const FACTS: ErrorFacts = {
  diverged: { loss: Infinity, leg: { seed: 3, arm: 'dense', requested: null }, epoch: 2, step: 7 },
};

type Listening = (message: unknown) => void;

/** Two ports, each the other's far end; messages are cloned and arrive later, as between processes. */
function twoPorts(): [Port, Port] {
  const ends: Set<Listening>[] = [new Set(), new Set()];
  const portOf = (own: Set<Listening>, other: Set<Listening>): Port => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => other.forEach((listener) => listener(copy)));
    },
    listen(listener) {
      own.add(listener);
      return () => void own.delete(listener);
    },
  });
  return [portOf(ends[0], ends[1]), portOf(ends[1], ends[0])];
}

function conversation() {
  const [here, there] = twoPorts();
  const heard: string[] = [];
  const asking = new Connection<Adder, Listener>(here, { hear: (text) => void heard.push(text) });
  const answering = new Connection<Listener, Adder>(there, {
    add: (terms) => terms.reduce((sum, term) => sum + term, 0),
    fail(reason) {
      throw new LabError('numeric', reason, { field: 'rate' }, { facts: FACTS });
    },
    never: () => new Promise(() => undefined),
  });
  return { here, there, heard, asking, answering };
}

describe('a connection', () => {
  it('answers each call with its own result, whatever their order', async () => {
    const lists = fc.array(fc.array(fc.integer({ min: -1000, max: 1000 })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lists, async (calls) => {
        const { asking } = conversation();
        const sums = await Promise.all(calls.map((terms) => asking.call('add', terms)));
        assert.deepEqual(
          sums,
          calls.map((terms) => terms.reduce((sum, term) => sum + term, 0)),
        );
      }),
    );
  });

  it('transports a failure with all its data', async () => {
    const { asking } = conversation();
    await assert.rejects(asking.call('fail', 'it left'), (error: unknown) => {
      assert.ok(error instanceof LabError);
      assert.deepEqual(
        error,
        new LabError('numeric', 'it left', { field: 'rate' }, { facts: FACTS }),
      );
      return true;
    });
  });

  it('sends messages both ways', async () => {
    const { answering, asking, heard } = conversation();
    answering.tell('hear', 'first');
    answering.tell('hear', 'second');
    await asking.call('add', []);
    assert.deepEqual(heard, ['first', 'second']);
  });

  it('rejects pending and later calls when it is closed', async () => {
    const { asking } = conversation();
    const waiting = asking.call('never', undefined);
    asking.dispose();
    asking.dispose();
    await assert.rejects(waiting, CallFailed);
    await assert.rejects(asking.call('add', [1]), /add: the connection is closed/);
  });

  it('has only its own methods, not inherited ones', async () => {
    const { here } = conversation();
    const answers: unknown[] = [];
    here.listen((message) => void answers.push(message));
    here.post({ type: 'call', id: 7, method: 'toString', params: undefined });
    here.post({ type: 'call', id: 8, method: '__proto__', params: undefined });
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(answers, [
      ...[
        [7, 'toString'],
        [8, '__proto__'],
      ].map(([id, name]) => {
        const failure = failureOf(new LabError('unsupported', `unknown method ${name}`));
        return { type: 'failure', id, failure };
      }),
    ]);
  });

  it('ignores foreign messages', async () => {
    const { here, there, asking } = conversation();
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (message) => {
        try {
          structuredClone(message);
        } catch {
          return; // No message: it cannot be sent.
        }
        here.post(message);
        there.post(message);
        assert.equal(await asking.call('add', [1, 2]), 3);
      }),
    );
  });
});
