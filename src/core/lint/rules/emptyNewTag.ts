/** 1 `empty-new-tag`: kustomize takes an empty newTag for none, so what is below decides (image-semantics.md A.3). */
import { isDecidedLater } from '../../inventory/decidedLater.ts';
import { isMutableTag } from '../../oci/tagScheme.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { Owner } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import { isNull } from '../../yaml/node.ts';
import { fieldOf, placeOfField, textOf } from '../entryFields.ts';
import type { EntryUse } from '../entryUses.ts';
import { entryUses } from '../entryUses.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { hasIgnoredTwin } from '../ignoredTwins.ts';
import { lineOf, placeOfOwner } from '../places.ts';
import type { Finding, OtherVoice } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { namesOfRoots, referenceInWords, verb } from '../words.ts';

export const emptyNewTag: Rule = {
  code: 'empty-new-tag',
  severity: 'warning',
  summary: 'newTag is empty, so kustomize ignores it and the layer below decides the tag.',
  *check(input) {
    for (const use of entryUses(input.repository)) {
      const { entry } = use;
      if (fieldOf(entry, 'newTag') === undefined || textOf(entry, 'newTag') !== '' || textOf(entry, 'digest') !== '') continue;
      const affected = use.matched.filter(({ usage }) => usage.status === 'exact' && !isDecidedLater(entry, usage));
      if (affected.length > 0) yield finding(input, use, affected);
      else if (isOnlyDecidedLater(use)) yield findingWithoutEffect(input, use);
    }
  },
};

/** Whether the entry matches images, and steps behind it decide the tag of each. */
function isOnlyDecidedLater({ entry, runs, matched, patched }: EntryUse): boolean {
  return (
    runs.some(({ root, run }) => run.matched && root.failure === undefined) &&
    matched.length + patched.length > 0 &&
    matched.every(({ usage }) => isDecidedLater(entry, usage))
  );
}

function whoIgnores({ runs }: EntryUse): 'Flux' | 'kustomize' {
  return runs.some(({ run }) => run.override.what === 'flux-images') ? 'Flux' : 'kustomize';
}

function finding({ repository, inventory }: LintInput, use: EntryUse, affected: EntryUse['matched']): Finding {
  const who = whoIgnores(use);
  const byReference = [...groupBy(affected, ({ usage }) => referenceInWords(usage))];
  const clauses = byReference.slice(0, 2).map(([reference, members]) => {
    const names = namesOfRoots(
      inventory,
      members.map(({ root }) => root),
    );
    return `${names} ${verb(names, 'runs', 'run')} ${reference}`;
  });
  const [first] = affected;
  const owner = first?.usage.tagOwner ?? first?.usage.nameOwner;
  return {
    severity: affected.some(({ usage }) => isMutableTag(usage.tag) && usage.digest === '') ? 'error' : 'warning',
    message: `newTag is empty: ${who} ignores it, so ${clauses.join(' and ')}.`,
    ...common(repository, use, owner === undefined ? [] : [owner]),
    usages: affected.map(({ usage }) => usage),
  };
}

/** No image is what it is because of the entry, so that no row has to show it. */
function findingWithoutEffect({ repository }: LintInput, use: EntryUse): Finding {
  const owners = [...use.matched, ...use.patched].flatMap(
    ({ usage }) => usage.tagOwner ?? usage.digestOwner ?? usage.nameOwner ?? [],
  );
  const deciding = [...new Map(owners.map((owner) => [owner.scalar, owner])).values()];
  return {
    severity: 'warning',
    message: `newTag is empty: ${whoIgnores(use)} ignores it, and ${whoSets(repository, use, deciding)} the tag after this entry.`,
    ...common(repository, use, deciding.slice(0, 5)),
  };
}

function whoSets(repository: GitOpsRepository, { entry }: EntryUse, deciding: readonly Owner[]): string {
  const [first] = deciding;
  const files = new Set(deciding.map(({ file }) => file));
  if (first === undefined || files.size > 1) return `each of ${String(files.size)} other files sets`;
  if (deciding.length > 1 || first.file !== entry.file) return `${first.file} sets`;
  return `line ${String(lineOf(repository, placeOfOwner(repository, first)))} sets`;
}

function common(repository: GitOpsRepository, use: EntryUse, deciding: readonly Owner[]) {
  const { newTag } = use.entry;
  return {
    place: placeOfField(repository, use.entry, 'newTag'),
    related: deciding.map((owner) => ({ place: placeOfOwner(repository, owner), message: 'this line decides instead' })),
    fixes: fixesOf(repository, use),
    // A schema wants a text, and '' is one.
    alsoToldBy: newTag === undefined || isNull(newTag) ? schemaOf(whoIgnores(use)) : undefined,
  };
}

function schemaOf(who: 'Flux' | 'kustomize'): OtherVoice {
  return who === 'Flux' ? 'flux-schema' : 'kustomization-schema';
}

function fixesOf(repository: GitOpsRepository, { entry }: EntryUse): Fix[] {
  const scalar = entry.newTag;
  if (scalar === undefined) return [];
  const names = ['name', 'newName'] as const;
  const image = names.map((field) => textOf(entry, field)).find((text) => text !== '') ?? '';
  const restore: Fix = {
    id: 'restore-previous-value',
    title: 'Restore the last value',
    change: { type: 'restore', scalar, key: 'newTag', image },
    isSafe: false,
  };
  if (hasIgnoredTwin(repository, entry, fieldOf(entry, 'newTag'))) return [restore];
  return [restore, editFix('remove-key', 'Delete the empty newTag', [{ type: 'remove', scalar }])];
}
