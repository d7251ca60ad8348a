/*
 * The pinned VS Code of the tests, so that a commit is tested with the same editor everywhere.
 */

/** The VS Code server from the npm registry: VS Code 1.139 with its real extension host. */
export const SERVER_PACKAGE = { name: 'code-server', version: '4.139.1' } as const;

/** The Node that this server is built for, also from the npm registry. */
export const NODE_PACKAGE = { name: 'node', version: '24.21.0' } as const;
