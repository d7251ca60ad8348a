import { typescriptEngine } from '../../../../src/core/engine/typescript/typescriptEngine';
import { conformanceSuite } from '../conformance';

conformanceSuite('the TypeScript engine', typescriptEngine, { margin: 8, samePopulations: true });
