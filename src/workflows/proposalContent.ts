/** What a proposal changes, in the words of its pull request: read from the model of the base, before and after. */
import type { KustomizeEngine } from '../clients/kustomize.ts';
import { renderRoot } from '../clients/renderRoot.ts';
import type { ProposedImage, PullRequestContent } from '../core/change/pullRequestText.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import { unifiedDiff } from '../core/change/unifiedDiff.ts';
import { versionText } from '../core/change/version.ts';
import { checkRepository } from './checkRepository.ts';
import type { Base } from './planOnBase.ts';
import { openBase } from './planOnBase.ts';
import type { OpenedRepository } from './openRepository.ts';
import { withTexts } from './openRepository.ts';

export interface DescribeOptions {
  /** Renders the manifests before and after; without it there is no diff. */
  readonly engine?: KustomizeEngine | undefined;
  /** Pages that compare what images are built from, before and after. */
  readonly links?: ((images: readonly ProposedImage[]) => Promise<readonly string[]>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** More roots than that are named, not rendered: nobody reads so long a diff. */
const MOST_ROOTS = 20;

/** The files are on disk as they are after the change. */
export async function describeProposal(
  { folder }: Base,
  files: readonly ChangedText[],
  { engine, links, signal }: DescribeOptions = {},
): Promise<PullRequestContent> {
  const after = await openBase(folder);
  const before = withTexts(
    after,
    files.map((file) => ({ path: file.path, after: file.before })),
  );
  const images = changedImages(before.inventory, after.inventory);
  const changed = after.repository.roots.filter((root) => !before.repository.roots.includes(root));
  const flux = changed.flatMap(({ deployedBy }) => deployedBy.map(({ namespace, name }) => `${namespace}/${name}`));
  const paths = new Set(files.map(({ path }) => path));
  const problems = (await checkRepository(after))
    .filter(({ severity, place }) => severity !== 'information' && paths.has(place.file))
    .map(({ message }) => message);
  let renderedDiff = '';
  if (engine !== undefined) renderedDiff = await rendered(engine, before, after, files, signal);
  return {
    images,
    fluxKustomizations: [...new Set(flux)].sort(),
    problems: [...new Set(problems)],
    compareLinks: (await links?.(images)) ?? [],
    renderedDiff,
    summary: '',
  };
}

/** The images whose reference differs, as their places in `after` name them. */
export function changedImages(before: Inventory, after: Inventory): ProposedImage[] {
  const changes = after.images.flatMap((image): ProposedImage[] => {
    const old = before.image(image.id);
    if (old?.usage.reference === image.usage.reference) return [];
    const from = old === undefined ? '' : versionText(old.usage);
    return [
      {
        application: image.application,
        environment: image.environment,
        image: image.usage.name,
        from,
        to: versionText(image.usage),
      },
    ];
  });
  // Several containers can run the same image.
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
}

async function rendered(
  engine: KustomizeEngine,
  before: OpenedRepository,
  after: OpenedRepository,
  files: readonly ChangedText[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const cancel = signal === undefined ? {} : { signal };
  const overlay = new Map(files.map((file) => [file.path, file.before]));
  const texts: ChangedText[] = [];
  for (const root of after.repository.roots) {
    const old = before.repository.roots.find(({ id }) => id === root.id);
    if (old === root || texts.length >= MOST_ROOTS) continue;
    const then = old && (await renderRoot(engine, before.folder, old, { overlay, ...cancel }));
    const now = await renderRoot(engine, after.folder, root, cancel);
    texts.push({ path: root.id, before: then?.text ?? '', after: now.text ?? '' });
  }
  return unifiedDiff(texts, (id) => [`${id} (before)`, `${id} (after)`]);
}
