// npm run l10n: writes the translatable strings of the extension to l10n/bundle.l10n.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUNDLE, collectWords } from './words';

mkdirSync(path.dirname(BUNDLE), { recursive: true });
writeFileSync(BUNDLE, `${JSON.stringify(collectWords(), null, 2)}\n`);
