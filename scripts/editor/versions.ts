/*
 * The real VS Code of the tests: pinned, so that the same commit meets the same editor everywhere.
 */

/** The VS Code server, from the npm registry: version 1.139 of VS Code with its real extension host. */
export const SERVER_PACKAGE = { name: 'code-server', version: '4.139.1' } as const;

/** The Node that this server is built for, from the npm registry too. */
export const NODE_PACKAGE = { name: 'node', version: '24.21.0' } as const;
