/** Edits that keep Flux's image automation from writing: a marker taken off its line, and `suspend: true`. */
import { settersIn } from '../flux/setters.ts';
import type { ImageUpdateAutomation } from '../inventory/imageAutomation.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageUsage, Owner } from '../repository/model.ts';
import { isRefusal } from '../text/textEdit.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import { insertKey } from '../yaml/editMapping.ts';
import { addressOf } from '../yaml/locate.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { get, scalarAt } from '../yaml/node.ts';

type FileEdits = ReadonlyMap<string, readonly TextEdit[]>;

/** Takes away the markers on the lines that decide name, tag and digest of the images: the comments, with the space before them. */
export function unmarkEdits(repository: GitOpsRepository, usages: readonly ImageUsage[]): FileEdits | Refusal {
  const edits = new Map<string, TextEdit[]>();
  for (const scalar of usages.flatMap(scalarsOf)) {
    const file = repository.file(scalar.source.file);
    for (const marker of file === undefined ? [] : settersIn(file)) {
      const value = marker.target?.value;
      if (value?.start !== scalar.start || file === undefined) continue;
      const start = file.text.slice(0, marker.start).trimEnd().length;
      const own = edits.get(file.path) ?? [];
      if (!own.some((edit) => edit.start === start)) own.push({ start, end: marker.end, newText: '' });
      edits.set(file.path, own);
    }
  }
  return edits.size === 0 ? { reason: 'its marker was not found' } : edits;
}

function scalarsOf({ nameOwner, tagOwner, digestOwner }: ImageUsage): ScalarNode[] {
  const owners = [nameOwner, tagOwner, digestOwner].filter((owner): owner is Owner => owner !== undefined);
  return owners.flatMap(({ scalar, entry }) =>
    [scalar, entry?.newName, entry?.newTag, entry?.digest].flatMap((one) => one ?? []),
  );
}

/** Sets `spec.suspend` of automations to true, in the files that hold them. */
export function suspendEdits(repository: GitOpsRepository, automations: readonly ImageUpdateAutomation[]): FileEdits | Refusal {
  const edits = new Map<string, TextEdit[]>();
  for (const automation of automations) {
    const own = suspendEdit(repository.file(automation.file)?.text ?? '', automation);
    if (isRefusal(own)) return own;
    edits.set(automation.file, [...(edits.get(automation.file) ?? []), ...own]);
  }
  return edits;
}

function suspendEdit(text: string, { namespace, name, file, tree }: ImageUpdateAutomation): readonly TextEdit[] | Refusal {
  const written = scalarAt(tree, 'spec', 'suspend');
  if (written?.source.file === file) {
    const quotes = written.style === 'single' || written.style === 'double' ? 1 : 0;
    return [{ start: written.start - quotes, end: written.end + quotes, newText: 'true' }];
  }
  const spec = get(tree, 'spec');
  const beside = (spec?.kind === 'map' ? [...spec.entries.values()] : []).find(
    ({ value }) => value.kind === 'scalar' && value.source.file === file && value.source.within === undefined,
  )?.value;
  if (written !== undefined || beside?.kind !== 'scalar')
    return { reason: `${namespace}/${name} is not written in ${file} alone` };
  const inserted = insertKey(text, addressOf(beside), 'suspend', PLACEHOLDER);
  // A string would be quoted, and Flux wants a boolean.
  return isRefusal(inserted)
    ? inserted
    : inserted.map((edit) => ({ ...edit, newText: edit.newText.replace(new RegExp(`"?${PLACEHOLDER}"?$`), 'true') }));
}

const PLACEHOLDER = 'suspended';
