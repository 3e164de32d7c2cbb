// The projects of the browser tests that only the Stack generation has: its user directory, and the release with it.
import { hasRelease, RELEASE, WITHOUT, type Projects } from './specs';

/** It holds the user directory back for all users: nothing of the same server may run beside it. */
const DIRECTORY = '**/directory.spec.ts';
/** The way in, and the features behind it. */
const FLOWS = ['**/sign-in.spec.ts', '**/flows.spec.ts'];

/** What runs in these projects only. */
export const own = [DIRECTORY];

export const projects: Projects = [
  { name: 'directory', testMatch: DIRECTORY, workers: 1, dependencies: ['verify-email-no-javascript'] },
  { name: 'directory-no-javascript', testMatch: DIRECTORY, workers: 1, use: WITHOUT, dependencies: ['directory'] },
  ...(hasRelease ? [{ name: 'stack-release', testMatch: [RELEASE, ...FLOWS], use: { generation: 'stack-release' as const } }] : []),
];
