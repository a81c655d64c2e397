/** Rendered manifests, and what a change makes of them. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { readDiskFile } from '../../clients/readFiles.ts';
import { renderingTitle } from '../../clients/renderRoot.ts';
import type { ChangedImage } from '../../core/change/changedImages.ts';
import { changedImages } from '../../core/change/changedImages.ts';
import { planImageBump } from '../../core/change/imageBump.ts';
import { isRefused } from '../../core/change/plan.ts';
import { shortName } from '../../core/oci/imageReference.ts';
import type { BuildRoot } from '../../core/repository/model.ts';
import type { Baseline, ChangePreview, Preview } from '../../protocol.ts';
import type { IntendedChange } from '../../protocol/promotion.ts';
import { abortSignal } from '../abortSignal.ts';
import { findImage, findRoot } from '../ids.ts';
import { pathInside } from '../paths.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { findPlan } from './intendedChange.ts';

const GONE = 'This root is no longer in the repository. Choose another one.';

export async function preview(session: Session, id: string, reveal: boolean, token: CancellationToken): Promise<Preview> {
  const found = findRoot(session, id);
  if (found === undefined) return { title: '', text: '', missing: [], failure: GONE };
  const { repository, root } = found;
  const options = { reveal: isRevealed(session, reveal), signal: abortSignal(token) };
  const { text, missing, failure } = await session.renderer.render(repository.folder, root, options);
  return {
    title: renderingTitle(root),
    text: text ?? session.renderer.lastGoodText(repository.folder, root, options),
    missing,
    failure,
  };
}

/** Before: HEAD, or the files as they are saved where there is no commit to read. After: what is in the editor. */
export async function previewChange(
  session: Session,
  id: string,
  baseline: Baseline,
  reveal: boolean,
  token: CancellationToken,
): Promise<ChangePreview> {
  const found = findRoot(session, id);
  if (found === undefined) return { title: '', before: '', after: '', images: [], failure: GONE };
  const { repository, root } = found;
  const committed = baseline === 'HEAD' && session.trusted ? await committedOverlay(repository, abortSignal(token)) : undefined;
  const overlay = committed ?? savedOverlay(session, repository);
  const names = committed === undefined ? 'saved ↔ unsaved' : 'HEAD ↔ working tree';
  return await compare(session, repository, { root, overlay, names, isAfter: false, reveal, token });
}

export async function previewBump(
  session: Session,
  { usage, tag, mode, reveal }: { usage: string; tag: string; mode: 'owner' | 'override'; reveal: boolean },
  token: CancellationToken,
): Promise<ChangePreview> {
  const found = findImage(session, usage);
  if (found === undefined) return { title: '', before: '', after: '', images: [], failure: GONE };
  const { repository, image } = found;
  const { root } = image;
  const plan = planImageBump(repository.snapshot, { usage: image.usage, root, tag, mode });
  if (isRefused(plan)) return { title: '', before: '', after: '', images: [], failure: plan.refusal };
  const overlay = new Map([...plan.files.keys()].map((path) => [path, plan.next.file(path)?.text]));
  const names = `${shortName(image.usage.name)} ${image.usage.tag} ↔ ${tag}`;
  return await compare(session, repository, { root, overlay, names, isAfter: true, reveal, token });
}

/** What an intended change makes of one root. */
export async function previewIntended(
  session: Session,
  { intended, root: id, reveal }: { intended: IntendedChange; root: string; reveal: boolean },
  token: CancellationToken,
): Promise<ChangePreview> {
  const found = findRoot(session, id);
  if (found === undefined) return { title: '', before: '', after: '', images: [], failure: GONE };
  const planned = await findPlan(session, intended, abortSignal(token));
  if (isRefused(planned)) return { title: '', before: '', after: '', images: [], failure: planned.refusal };
  const { plan, title: names } = planned;
  const overlay = new Map([...plan.files.keys()].map((path) => [path, plan.next.file(path)?.text]));
  return await compare(session, found.repository, { root: found.root, overlay, names, isAfter: true, reveal, token });
}

interface Comparison {
  readonly root: BuildRoot;
  /** What differs from the files as they are now. */
  readonly overlay: ReadonlyMap<string, string | undefined>;
  readonly names: string;
  /** Whether the overlay is what comes after, or what was before. */
  readonly isAfter: boolean;
  readonly reveal: boolean;
  readonly token: CancellationToken;
}

async function compare(
  session: Session,
  repository: RepositorySession,
  { root, overlay, names, isAfter, reveal, token }: Comparison,
): Promise<ChangePreview> {
  const options = { reveal: isRevealed(session, reveal), signal: abortSignal(token) };
  const other = repository.snapshot.with(overlay).roots.find(({ id }) => id === root.id);
  const now = await session.renderer.render(repository.folder, root, options);
  const then = other && (await session.renderer.render(repository.folder, other, { ...options, overlay }));
  const [before, after] = isAfter ? [now, then] : [then, now];
  const images = (isAfter ? changedImages(root, other) : changedImages(other, root)).map(inWords);
  const count = `${String(images.length)} ${images.length === 1 ? 'image' : 'images'}`;
  const title = `${root.directory}: ${names} (${count})`;
  // What does not build is compared with nothing: all of it would look new, or gone.
  if (before?.failure !== undefined) {
    const text = after?.text ?? '';
    return { title, before: text, after: text, images: [], failure: `Before the change: ${before.failure}` };
  }
  if (after?.failure !== undefined) {
    const text = before?.text ?? '';
    const lastGood = isAfter ? '' : session.renderer.lastGoodText(repository.folder, root, options);
    return { title, before: text, after: lastGood === '' ? text : lastGood, images: [], failure: after.failure };
  }
  const onlySecrets = before?.text === after?.text && before?.fingerprint !== after?.fingerprint;
  return {
    title,
    before: before?.text ?? '',
    after: `${onlySecrets ? '# Values of Secrets change.\n' : ''}${after?.text ?? ''}`,
    images,
    failure: undefined,
  };
}

function inWords({ kind, workload, container, from, to }: ChangedImage): ChangePreview['images'][number] {
  return { workload: `${kind} ${workload}`.trim(), container, from, to };
}

function isRevealed(session: Session, reveal: boolean): boolean {
  return reveal || !session.serverSettings.preview.maskSecrets;
}

async function committedOverlay(
  repository: RepositorySession,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  try {
    return await repository.history.overlay(repository.snapshot, signal);
  } catch {
    // Cancelled, or git cannot read them: the saved files are an honest baseline too, and the title names it.
    signal.throwIfAborted();
    return undefined;
  }
}

function savedOverlay(session: Session, repository: RepositorySession): Map<string, string | undefined> {
  const overlay = new Map<string, string | undefined>();
  for (const [path, { text }] of session.buffers) {
    const inside = pathInside(repository.folder, path);
    if (inside === undefined || repository.snapshot.file(inside) === undefined) continue;
    const saved = readDiskFile(repository.folder, inside)?.text;
    if (saved !== text) overlay.set(inside, saved);
  }
  return overlay;
}
