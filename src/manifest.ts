/** Ids that the code shares with package.json, typed once. test/unit/manifest.test.ts compares both. */
export const extensionName = 'GitOps Cockpit';

export const views = {
  container: 'gitopsCockpit',
  applications: 'gitopsCockpit.applications',
  flux: 'gitopsCockpit.flux',
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
  'flux.contexts': {} as Readonly<Record<string, string>>,
  'hover.enabled': true as boolean,
  'codeLens.enabled': true as boolean,
  'inlayHints.enabled': false as boolean,
} as const;
