import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunLock } from '../../../src/node/runStore/lock';

/**
 * Says that it is ready; told when to begin, it tries to lock one folder after another, each at a fixed
 * moment that others are told as well; then it says which it got, and holds them until it is killed.
 */
async function main(folders: string[]): Promise<void> {
  writeSync(1, 'ready\n');
  const start = await new Promise<number>((resolve) => {
    process.stdin.once('data', (text) => resolve(Number(text.toString())));
  });
  const taken: number[] = [];
  for (const [i, folder] of folders.entries()) {
    await sleep(Math.max(0, start + i * 10 - Date.now() - 2));
    while (Date.now() < start + i * 10);
    await RunLock.take(folder).then(
      () => taken.push(i),
      (error: unknown) => {
        if (!String(error).includes('is writing this run')) throw error;
      },
    );
  }
  writeSync(1, `${JSON.stringify(taken)}\n`);
  setInterval(() => undefined, 1000);
}

if (require.main === module) void main(process.argv.slice(2));
