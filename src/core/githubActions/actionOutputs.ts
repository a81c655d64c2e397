/**
 * Outputs of actions that pipelines of images use. Each list is all that any release of the action sets: its `action.yml` and its code, read at every
 * tag in November 2026. Outputs of other actions are not known: many set names that they take from their inputs (rhysd/actionlint#18, #404).
 */
interface KnownAction {
  /** The last major version that was read. A later one may set more. */
  readonly major: number;
  readonly outputs: readonly string[];
}

const KNOWN: Readonly<Record<string, KnownAction>> = {
  'actions/checkout': { major: 7, outputs: ['ref', 'commit'] },
  'anothrnick/github-tag-action': { major: 1, outputs: ['tag', 'new_tag', 'old_tag', 'part'] },
  'docker/bake-action': { major: 7, outputs: ['metadata', 'stderr'] },
  'docker/build-push-action': { major: 7, outputs: ['digest', 'imageid', 'metadata'] },
  'docker/metadata-action': {
    major: 6,
    outputs: [
      ...['version', 'tags', 'tag-names', 'labels', 'annotations', 'json'],
      ...['bake-file', 'bake-file-tags', 'bake-file-labels', 'bake-file-annotations'],
    ],
  },
  'mathieudutour/github-tag-action': {
    major: 6,
    outputs: ['new_tag', 'new_version', 'previous_tag', 'previous_version', 'release_type', 'changelog'],
  },
  'softprops/action-gh-release': { major: 3, outputs: ['id', 'url', 'upload_url', 'assets'] },
};

/** The outputs of an action as `uses` names it; undefined where they are not known, as for a branch or a commit. */
export function outputsOfAction(uses: string): readonly string[] | undefined {
  const [name, major] = /^([\w.-]+\/[\w.-]+)@v?(\d+)(?:\.\d+)*$/.exec(uses)?.slice(1) ?? [];
  const known = name === undefined ? undefined : KNOWN[name.toLowerCase()];
  return known === undefined || Number(major) > known.major ? undefined : known.outputs;
}

/** Whether `uses` names docker/metadata-action, in whatever version. */
export function isMetadataAction(uses: string): boolean {
  return /^docker\/metadata-action@/i.test(uses);
}
