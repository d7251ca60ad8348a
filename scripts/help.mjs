// What `npm run <script> -- --help` prints: the comment at the top of the script. Nothing is installed or built.
import { readFileSync } from 'node:fs';

/** The comment that a script begins with, without its marks. */
export function usageOf(file) {
  const text = readFileSync(file, 'utf8');
  const block = /^(?:import [^;]*;\s*)*\/\*\n([^]*?)\n? \*\//.exec(text);
  const lines = block ? block[1].split('\n') : /^(?:\/\/.*\n)*/.exec(text)[0].trimEnd().split('\n');
  return lines.map((line) => line.replace(/^(\/\/| \*) ?/, '')).join('\n');
}

/** Whether help is asked for. */
export function asksForHelp(args = process.argv.slice(2)) {
  return args.some((argument) => argument === '--help' || argument === '-h');
}

/** Prints the help of a script and ends the process, if that is asked for. */
export function help(file) {
  if (!asksForHelp()) return;
  console.log(usageOf(file));
  process.exit(0);
}
