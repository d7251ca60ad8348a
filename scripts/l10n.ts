// npm run l10n: writes l10n/bundle.l10n.json, the words that translations of the extension start from.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUNDLE, collectWords } from './words';

mkdirSync(path.dirname(BUNDLE), { recursive: true });
writeFileSync(BUNDLE, `${JSON.stringify(collectWords(), null, 2)}\n`);
