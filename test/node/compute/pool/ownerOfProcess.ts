import { EngineProcess } from '../../../../src/node/compute/pool/engineProcess';

/** A program that starts the process of TensorFlow, tells its id, and waits: to be ended by a test. */
async function main(): Promise<void> {
  const engine = await EngineProcess.start('tensorflow');
  process.stdout.write(`${engine.pid}\n`);
  process.stdin.on('data', () => void engine.dispose().then(() => process.exit()));
}

void main();
