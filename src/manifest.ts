/** Ids that the code shares with package.json, typed once. test/unit/manifest.test.ts compares both. */
import { DEFAULT_COMMIT_TEMPLATE } from './core/change/commitText.ts';
import { DEFAULT_BODY_TEMPLATE, DEFAULT_TITLE_TEMPLATE } from './core/change/pullRequestText.ts';
import { DEFAULT_BRANCH_TEMPLATE } from './core/git/branchName.ts';
import type { FluxContextsSetting } from './core/flux/fluxPlaces.ts';
import type { LandingPolicy } from './core/repository/landing.ts';

export const extensionName = 'GitOps Cockpit';

export const views = {
  container: 'gitopsCockpit',
  applications: 'gitopsCockpit.applications',
  flux: 'gitopsCockpit.flux',
  changes: 'gitopsCockpit.changes',
} as const;

export const commands = {
  bumpImage: 'gitopsCockpit.bumpImage',
  promote: 'gitopsCockpit.promote',
  rollBack: 'gitopsCockpit.rollBack',
  showTagHistory: 'gitopsCockpit.showTagHistory',
  compareEnvironments: 'gitopsCockpit.compareEnvironments',
  compareWithBranch: 'gitopsCockpit.compareWithBranch',
  toggleFolded: 'gitopsCockpit.toggleFolded',
  previewManifests: 'gitopsCockpit.previewManifests',
  previewChange: 'gitopsCockpit.previewChange',
  revealSecrets: 'gitopsCockpit.revealSecrets',
  openDecidingLine: 'gitopsCockpit.openDecidingLine',
  copyImageReference: 'gitopsCockpit.copyImageReference',
  revealImage: 'gitopsCockpit.revealImage',
  findFluxKustomization: 'gitopsCockpit.findFluxKustomization',
  refresh: 'gitopsCockpit.refresh',
  groupByApplication: 'gitopsCockpit.groupByApplication',
  groupByEnvironment: 'gitopsCockpit.groupByEnvironment',
  showAll: 'gitopsCockpit.showAll',
  showProblems: 'gitopsCockpit.showProblems',
  showDiffers: 'gitopsCockpit.showDiffers',
  openPullRequest: 'gitopsCockpit.openPullRequest',
  mergePullRequest: 'gitopsCockpit.mergePullRequest',
  openOnGitHub: 'gitopsCockpit.openOnGitHub',
  copyPullRequestLink: 'gitopsCockpit.copyPullRequestLink',
  revertTagEdit: 'gitopsCockpit.revertTagEdit',
  refreshChanges: 'gitopsCockpit.refreshChanges',
  signIn: 'gitopsCockpit.signIn',
  pinToDigest: 'gitopsCockpit.pinToDigest',
  openLog: 'gitopsCockpit.openLog',
  connectCluster: 'gitopsCockpit.connectCluster',
  disconnectCluster: 'gitopsCockpit.disconnectCluster',
  reconcile: 'gitopsCockpit.reconcile',
  reconcileWithSource: 'gitopsCockpit.reconcileWithSource',
  suspend: 'gitopsCockpit.suspend',
  resume: 'gitopsCockpit.resume',
  openObject: 'gitopsCockpit.openObject',
  showLiveManifest: 'gitopsCockpit.showLiveManifest',
  showEvents: 'gitopsCockpit.showEvents',
  showLogs: 'gitopsCockpit.showLogs',
  traceObject: 'gitopsCockpit.traceObject',
  checkFlux: 'gitopsCockpit.checkFlux',
  compareWithCluster: 'gitopsCockpit.compareWithCluster',
  verifyRollout: 'gitopsCockpit.verifyRollout',
  showFailing: 'gitopsCockpit.showFailing',
  showAllObjects: 'gitopsCockpit.showAllObjects',
} as const;

export const menus = { filter: 'gitopsCockpit.filter', filtered: 'gitopsCockpit.filtered' } as const;

/** Keys that `when` clauses ask for. */
export const contextKeys = {
  /** Why the Applications view is empty: an `Emptiness` of the protocol, 'stopped' where the language server has ended, or '' where it has rows. */
  emptiness: 'gitopsCockpit.emptiness',
  /** Whether some workload has an image, whatever the filter shows. */
  hasImages: 'gitopsCockpit.hasImages',
  /** Why the Changes view is empty: a `ProposalsCause` of the protocol, 'nothing', or '' where it has rows. */
  changesEmptiness: 'gitopsCockpit.changesEmptiness',
  hasTagEdits: 'gitopsCockpit.hasTagEdits',
  groupBy: 'gitopsCockpit.groupBy',
  filter: 'gitopsCockpit.filter',
  /** Whether some cluster is connected. */
  isConnected: 'gitopsCockpit.isConnected',
  /** 'all' or 'failing'. */
  fluxFilter: 'gitopsCockpit.fluxFilter',
  /** Whether a comparison of environments is open. */
  hasComparison: 'gitopsCockpit.hasComparison',
} as const;

/** Schemes of the URIs that only this extension serves. */
export const schemes = {
  preview: 'gitops-cockpit-preview',
  comparison: 'gitops-cockpit-comparison',
  commit: 'gitops-cockpit-commit',
  row: 'gitops-cockpit-row',
  rule: 'gitops-cockpit-rule',
  cluster: 'gitops-cockpit-cluster',
} as const;

/** Section of the settings, and every setting in it with its default. Besides, `diagnostics.<code>` takes each rule at another severity. */
export const settingsSection = 'gitopsCockpit';
export const settings = {
  'environments.order': [] as readonly string[],
  'environments.names': {} as Readonly<Record<string, string>>,
  'applications.names': {} as Readonly<Record<string, string>>,
  'preview.maskSecrets': true as boolean,
  exclude: [] as readonly string[],
  'diagnostics.enabled': true as boolean,
  'flux.namespace': 'flux-system' as string,
  'flux.contexts': {} as FluxContextsSetting,
  'hover.enabled': true as boolean,
  'codeLens.enabled': true as boolean,
  'inlayHints.enabled': false as boolean,
  'environments.policy': {} as Readonly<Record<string, LandingPolicy>>,
  'git.branchTemplate': DEFAULT_BRANCH_TEMPLATE as string,
  'git.commitTemplate': DEFAULT_COMMIT_TEMPLATE as string,
  'pullRequest.titleTemplate': DEFAULT_TITLE_TEMPLATE as string,
  'pullRequest.bodyTemplate': DEFAULT_BODY_TEMPLATE as string,
  'pullRequest.draft': false as boolean,
  'pullRequest.labels': [] as readonly string[],
  'pullRequest.reviewers': [] as readonly string[],
  'pullRequest.autoMerge': 'off' as 'off' | 'merge' | 'squash' | 'rebase',
  'pullRequest.copilotReview': false as boolean,
  'pullRequest.summary': false as boolean,
  'github.remote': '' as string,
  'registry.enabled': false as boolean,
} as const;
