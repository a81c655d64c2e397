/** Directory names that structure a repository and name neither an application nor an environment. */

/** Never the name of anything. */
const ALWAYS = new Set(
  (
    'app apps application applications base bases common shared component components bundle bundles overlay overlays variant variants ' +
    'env envs environment environments stages rings cluster clusters tenant tenants ' +
    'region regions zone zones datacenter datacenters location locations ' +
    'kubernetes k8s kube kustomize kustomization kustomizations manifest manifests deploy deploys deployments gitops syncroot'
  ).split(' '),
);
/** Structure as a rule, but a name right below a directory of applications: `apps/service`. */
const MOSTLY = new Set(
  (
    'project projects platform platforms product products helm chart charts flux fluxcd argo argocd argo-cd ' +
    'deployment statefulset statefulsets daemonset daemonsets cronjob cronjobs job jobs pod pods ' +
    'service services svc workload workloads configmap configmaps secret secrets sops-secrets externalsecret externalsecrets ' +
    'namespace namespaces resource resources patch patches crd crds core rbac ' +
    'infra infrastructure system config configs configuration controller controllers addon addons src source sources ' +
    'release releases helmrelease helmreleases repository repositories template templates instance instances operator operators pre post setup ' +
    'automation image-automation notifications generated rendered default aggregate examples upstream namespaced cluster-scoped'
  ).split(' '),
);

const CLASSES = {
  /** Behind a name that always structures: `apps-config`, `base-patches`. */
  contents: /^(?:configs?|configurations?|resources?|templates?|patches|secrets?|sources?)$/,
  always: /^(?:\d+|v\d+|base[-_].*|.*[-_]base|(?:pre|post)-.*|[._].*)$/,
  environmentAxis: /^(?:env|envs|environment|environments|stages|rings)$/,
  overlayAxis: /^overlays?$/,
  clusterAxis: /^(?:cluster|clusters|syncroot)$/,
  placeAxis: /^(?:regions?|zones?|datacenters?|locations?)$/,
  applicationAxis: /^(?:apps|applications|services|workloads|jobs|components)$/,
  variant:
    /^(?:default|latest|stable|alpha|candidates?|fast|rolling|upstream|examples?|all|full|minimal|none)$|\d\.(?:\d|x)|\bv\d|^(?:stable|eus|fast|release|with|without|only)-/,
};

/** What a directory name is for. */
export interface DirectoryRole {
  /** Only structures the repository. `00`, `base-snapshot` and `.hidden` do too. */
  readonly structural: boolean;
  /** Structures even where a name is expected. */
  readonly alwaysStructural: boolean;
  /** Its children are environments, whatever they are called. */
  readonly environmentAxis: boolean;
  /** Its children are environments unless a better name stands elsewhere in the path. */
  readonly overlayAxis: boolean;
  /** Its children are clusters. */
  readonly clusterAxis: boolean;
  /** Its children are regions or other places, whatever they are called. */
  readonly placeAxis: boolean;
  /** Its children are applications. */
  readonly applicationAxis: boolean;
  /** As an overlay, a way of installing something: a channel, a version. */
  readonly variant: boolean;
}

const roles = new Map<string, DirectoryRole>();

export function roleOf(name: string): DirectoryRole {
  let role = roles.get(name);
  if (role === undefined) {
    // Names come from any repository: bounded, so that none can fill the memory.
    if (roles.size > 20_000) roles.clear();
    roles.set(name, (role = classify(name.toLowerCase())));
  }
  return role;
}

function classify(name: string): DirectoryRole {
  const parts = name.split('-');
  const isCompound =
    parts.some((part) => ALWAYS.has(part)) && parts.every((part) => ALWAYS.has(part) || CLASSES.contents.test(part));
  const alwaysStructural = CLASSES.always.test(name) || isCompound;
  return {
    structural: alwaysStructural || MOSTLY.has(name),
    alwaysStructural,
    environmentAxis: CLASSES.environmentAxis.test(name),
    overlayAxis: CLASSES.overlayAxis.test(name),
    clusterAxis: CLASSES.clusterAxis.test(name),
    placeAxis: CLASSES.placeAxis.test(name),
    applicationAxis: CLASSES.applicationAxis.test(name),
    variant: CLASSES.variant.test(name),
  };
}

/** Whether a directory only structures, seen with the directory above it: `overlays/base` does, `overlays/shared` is a name. */
export function isStructuralBelow(name: string, above: string): boolean {
  const { environmentAxis, overlayAxis } = roleOf(above);
  return environmentAxis || overlayAxis ? roleOf(name).alwaysStructural && name !== 'shared' : roleOf(name).structural;
}

/** Whether a directory can be the name of an application, seen with the directory above it. */
export function isApplicationName(name: string, above: string): boolean {
  const parent = roleOf(above);
  if (name === '' || parent.clusterAxis || parent.placeAxis) return false;
  const { structural, alwaysStructural } = roleOf(name);
  return !structural || (parent.applicationAxis && !alwaysStructural);
}
