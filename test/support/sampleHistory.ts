// The story that the sample repository's Git history tells, after the article that this project grew from: an application
// repository's workflow writes image tags to dev, pull requests carry them to prod, and once it wrote an empty tag.

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** What one commit of the sample changes: new files as they are in the fixture, and tags that still had to come. */
export interface Step {
  readonly hoursAgo: number;
  readonly author: Author;
  readonly message: string;
  /** Paths (folders end in a slash) that appear with this commit, with the tags of that time. */
  readonly adds?: readonly string[];
  readonly tags?: readonly TagChange[];
  /** The number of the pull request that this commit was merged with; a merge commit follows. */
  readonly pullRequest?: number;
}

export interface TagChange {
  readonly environment: 'dev' | 'prod';
  readonly app: 'backend' | 'frontend';
  readonly tag: string;
}

const mira: Author = { name: 'Mira Keller', email: 'mira@acme.example' };
const tomas: Author = { name: 'Tomás Ruiz', email: 'tomas@acme.example' };
const flux: Author = { name: 'Flux', email: 'flux@acme.example' };
const workflow: Author = { name: 'study-app-workflow[bot]', email: 'study-app-workflow@acme.example' };

const day = 24;

/** Oldest first. After the last step the tree equals the fixture. */
export const sampleHistory: readonly Step[] = [
  { hoursAgo: 46 * day, author: mira, message: 'docs: what this repository is', adds: ['README.md'] },
  {
    hoursAgo: 46 * day - 1,
    author: mira,
    message: 'feat: base manifests of backend and frontend',
    adds: ['apps/base/'],
  },
  {
    hoursAgo: 45 * day,
    author: mira,
    message: 'feat(dev): overlay for the k3d cluster',
    adds: ['apps/dev/'],
    tags: [
      { environment: 'dev', app: 'backend', tag: 'backend-v0.0.2' },
      { environment: 'dev', app: 'frontend', tag: 'frontend-v0.1.0' },
    ],
  },
  {
    hoursAgo: 44 * day,
    author: flux,
    message: 'Add Flux v2.7.5 component manifests',
    adds: ['clusters/dev/flux-system/'],
  },
  {
    hoursAgo: 43 * day + 6,
    author: tomas,
    message: 'feat(prod): overlay with two replicas of the backend',
    adds: ['apps/prod/'],
    tags: [
      { environment: 'prod', app: 'backend', tag: 'backend-v0.0.2' },
      { environment: 'prod', app: 'frontend', tag: 'frontend-v0.1.0' },
    ],
    pullRequest: 2,
  },
  {
    hoursAgo: 43 * day,
    author: tomas,
    message: 'feat(clusters): Flux deploys dev, then prod',
    adds: ['clusters/dev/apps.yaml', 'clusters/dev/cluster-settings.yaml'],
  },
  bump(36 * day, 'dev', 'backend', 'backend-v0.0.3'),
  promotion(33 * day, 'backend', 'backend-v0.0.3', 4),
  bump(27 * day, 'dev', 'frontend', 'frontend-v0.2.0'),
  bump(26 * day, 'dev', 'backend', 'backend-v0.0.4'),
  promotion(24 * day, 'backend', 'backend-v0.0.4', 6),
  promotion(22 * day, 'frontend', 'frontend-v0.2.0', 7),
  {
    hoursAgo: 17 * day + 1,
    author: workflow,
    message: 'chore(dev): bump backend to ',
    tags: [{ environment: 'dev', app: 'backend', tag: '""' }],
  },
  {
    hoursAgo: 17 * day,
    author: tomas,
    message:
      'fix(dev): set the backend tag that the workflow left empty\n\nIt read `outputs.tags`, and the job calls it `tag`. Dev ran :latest for an hour.',
    tags: [{ environment: 'dev', app: 'backend', tag: 'backend-v0.0.5' }],
  },
  promotion(12 * day, 'backend', 'backend-v0.0.5', 9),
  bump(2 * day, 'dev', 'backend', 'backend-v0.0.6'),
];

function bump(hoursAgo: number, environment: TagChange['environment'], app: TagChange['app'], tag: string): Step {
  return {
    hoursAgo,
    author: workflow,
    message: `chore(${environment}): bump ${app} to ${tag}`,
    tags: [{ environment, app, tag }],
  };
}

function promotion(hoursAgo: number, app: TagChange['app'], tag: string, pullRequest: number): Step {
  return { ...bump(hoursAgo, 'prod', app, tag), pullRequest };
}
