import { homedir } from 'node:os';
import { join } from 'node:path';

/** The checkout: where package.json lies. */
export const projectRoot = join(import.meta.dirname, '../..');

export const sampleFolder = join(projectRoot, 'test/fixtures/study-app-gitops');

/** Where test runs leave what people may want to look at (git-ignored). */
export const outputFolder = join(projectRoot, 'test/output');

/** Per-user cache of downloads that outlive a checkout. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gitops-cockpit');
