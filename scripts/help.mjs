// `npm run <script> -- --help` prints the comment at the top of the script, without installing or building anything.
import { readFileSync } from 'node:fs';

/** The comment at the top of a script, without comment markers. */
export function usageOf(file) {
  const text = readFileSync(file, 'utf8');
  const block = /^(?:import [^;]*;\s*)*\/\*\n([^]*?)\n? \*\//.exec(text);
  const lines = block ? block[1].split('\n') : /^(?:\/\/.*\n)*/.exec(text)[0].trimEnd().split('\n');
  return lines.map((line) => line.replace(/^(\/\/| \*) ?/, '')).join('\n');
}

/** Whether the arguments request help. */
export function asksForHelp(args = process.argv.slice(2)) {
  return args.some((argument) => argument === '--help' || argument === '-h');
}

/** If requested, prints the help of a script and ends the process. */
export function help(file) {
  if (!asksForHelp()) return;
  console.log(usageOf(file));
  process.exit(0);
}
