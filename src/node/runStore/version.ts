import packageJson from '../../../package.json';

/** This version of the lab, as runs name it. */
export const LAB_VERSION = packageJson.version;
