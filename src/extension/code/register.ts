import type { Lab } from '../lab';
import { offerArmNames } from './completion';
import { CursorLink } from './cursor';
import { Diagnostics } from './diagnostics';
import { Hints } from './hints';
import type { LatestResults } from './latestResults';
import { Lenses } from './lenses';
import { offerQuickFixes } from './quickFixes';
import { serveSchemas } from './schema';

/** Registers the language features for experiments. */
export function registerCode(lab: Lab, results: LatestResults): void {
  lab.context.subscriptions.push(
    serveSchemas(lab.context),
    new Diagnostics(lab.log),
    offerQuickFixes(),
    offerArmNames(),
    new Lenses(lab, results),
    new Hints(results),
    new CursorLink(lab.selection),
  );
}
