// Lists the runs of an experiment and says how long it took and how much memory: a program of its own, so
// that its peak is that of the listing.
import { listRuns } from '../src/node/runStore/listRuns';

async function main(experiment: string): Promise<void> {
  const before = process.resourceUsage().maxRSS;
  const began = performance.now();
  const runs = await listRuns(experiment);
  const taken = (performance.now() - began).toFixed(0);
  const megabytes = ((process.resourceUsage().maxRSS - before) / 1024).toFixed(0);
  const damaged = runs.filter(({ state }) => state === 'damaged').length;
  console.log(`${damaged} told as damaged, listed in ${taken} ms with ${megabytes} MB`);
}

void main(process.argv[2]);
