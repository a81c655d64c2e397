/** `build-failure`: kustomize or Flux refuses a root, for a reason that no other rule tells. */
import type { Failure, FailureKind } from '../../kustomize/failure.ts';
import { joinPath, KUSTOMIZATION_NAMES } from '../../repository/files.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { BuildRoot, Unknown } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import { listedBriefly } from '../../text/listed.ts';
import { isComponent } from '../entryUses.ts';
import { placeOf, topOf } from '../places.ts';
import type { Finding, OtherVoice, Place } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { asSubject } from '../words.ts';

/** Kinds that have rules of their own. */
const TOLD_ELSEWHERE: ReadonlySet<FailureKind> = new Set([
  'multiple-files',
  'not-a-string',
  'image-field',
  'image-name',
  'foreign-object',
  'patch-target',
  'duplicate-key',
]);

export const buildFailure: Rule = {
  code: 'build-failure',
  severity: 'error',
  summary: 'kustomize or Flux refuses to build.',
  *check(input) {
    const failing = input.repository.roots.flatMap((root) => failureOf(input.repository, root));
    for (const members of groupBy(failing, ({ failure }) => `${failure.file} ${failure.sentence}`).values())
      yield finding(input, members as [Member, ...Member[]]);
    const unread = input.repository.roots.flatMap((root) => unreadIn(input.repository, root));
    for (const members of groupBy(unread, ({ unknown: { why, file } }) => `${file} ${why}`).values())
      yield unreadFinding(input, members as [Unread, ...Unread[]]);
  },
};

interface Unread {
  readonly root: BuildRoot;
  readonly unknown: Unknown;
}

/** Files that kustomize may well read, and that are not read here: nothing else says that they are there. */
function unreadIn(repository: GitOpsRepository, root: BuildRoot): Unread[] {
  const unknowns = repository.buildsOf(root)[0]?.layer.unknowns ?? [];
  return unknowns.filter(({ isUnread }) => isUnread).map((unknown) => ({ root, unknown }));
}

function unreadFinding({ repository }: LintInput, members: readonly [Unread, ...Unread[]]): Finding {
  const [{ unknown }] = members;
  const { why, file, scalar } = unknown;
  const names = listedBriefly([...new Set(members.map(({ root }) => directoryName(root)))]);
  return {
    severity: 'information',
    message: `${why} here, so what runs in ${names} is not known in full.`,
    place: scalar === undefined ? topOf(repository, file) : placeOf(repository, scalar),
    usages: members.flatMap(({ root }) => root.usages),
  };
}

function directoryName({ directory }: BuildRoot): string {
  return directory === '.' ? 'this repository' : directory;
}

interface Member {
  readonly root: BuildRoot;
  readonly failure: Failure;
}

function failureOf(repository: GitOpsRepository, root: BuildRoot): Member[] {
  const [build] = repository.buildsOf(root);
  const failure = build?.layer.failure;
  if (failure === undefined || TOLD_ELSEWHERE.has(failure.kind)) return [];
  if (isTemplate(repository, root, failure) || isComponent(repository, root)) return [];
  const isFluxPath = build?.flux !== undefined && !hasKustomization(repository, root.directory);
  // These have rules of their own where Flux generates the kustomization, or where it finds no directory.
  if (
    isFluxPath &&
    (failure.kind === 'no-object' || (failure.kind === 'missing-path' && !repository.isDirectory(root.directory)))
  )
    return [];
  return [{ root, failure }];
}

function otherVoice({ kind }: Failure): OtherVoice | undefined {
  if (kind === 'syntax') return 'yaml';
  return kind === 'field' ? 'kustomization-schema' : undefined;
}

/** Of the template languages that people write manifests in. */
const TEMPLATE_SYNTAX = /\{\{|\{%|<%/;

function isTemplate(repository: GitOpsRepository, { deployedBy }: BuildRoot, { file }: Failure): boolean {
  return deployedBy.length === 0 && TEMPLATE_SYNTAX.test(repository.file(file)?.text ?? '');
}

function hasKustomization(repository: GitOpsRepository, directory: string): boolean {
  return KUSTOMIZATION_NAMES.some((name) => repository.file(joinPath(directory, name)) !== undefined);
}

function finding({ repository }: LintInput, members: readonly [Member, ...Member[]]): Finding {
  const [{ root, failure }] = members;
  const directories = new Set(members.map((member) => directoryName(member.root)));
  const names = listedBriefly([...directories]);
  const place = placeOfFailure(repository, root, failure);
  const own = `${place.file}: `;
  const sentence = failure.sentence.startsWith(own) ? failure.sentence.slice(own.length) : failure.sentence;
  return {
    message: `${asSubject(names)} ${directories.size === 1 ? 'does' : 'do'} not build: ${sentence}`,
    place,
    // Whoever builds it may allow that.
    ...(failure.kind === 'restriction' ? { severity: 'information' as const } : {}),
    usages: members.flatMap((member) => member.root.usages),
    alsoToldBy: otherVoice(failure),
  };
}

function placeOfFailure(repository: GitOpsRepository, root: BuildRoot, { file, at }: Failure): Place {
  if (typeof at === 'object') return placeOf(repository, at);
  const path =
    repository.file(file) === undefined
      ? (KUSTOMIZATION_NAMES.map((name) => joinPath(root.directory, name)).find((one) => repository.file(one) !== undefined) ??
        root.deployedBy[0]?.file ??
        file)
      : file;
  if (typeof at !== 'number' || path !== file) return topOf(repository, path);
  const text = repository.file(file)?.text ?? '';
  const start = Math.min(at, text.length);
  return { file, start, end: start + (/\r?\n|$/.exec(text.slice(start))?.index ?? 0) };
}
