import packageJson from '../../../package.json';

/** The version of the lab, as runs record it. */
export const LAB_VERSION = packageJson.version;
