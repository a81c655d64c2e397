import type { IntendedChange } from '../protocol/promotion.ts';

/** What a preview shows. It is all in the address, so that a preview is shown again when the window comes back. */
export type PreviewSubject =
  | { readonly kind: 'manifests'; readonly root: string }
  | { readonly kind: 'change'; readonly root: string; readonly side: Side }
  | {
      readonly kind: 'bump';
      readonly usage: string;
      readonly tag: string;
      readonly mode: 'owner' | 'override';
      readonly side: Side;
    }
  | { readonly kind: 'intended'; readonly intended: IntendedChange; readonly root: string; readonly side: Side };
export type Side = 'before' | 'after';

/** Folder in the path; package.json says that everything in it is YAML. */
export const previewFolder = 'Rendered by GitOps Cockpit';

export function encodeSubject(subject: PreviewSubject): string {
  return JSON.stringify(subject);
}

/** The subject that an address names; undefined for one that nobody has made here. */
export function decodeSubject(query: string): PreviewSubject | undefined {
  try {
    const subject = JSON.parse(query) as PreviewSubject;
    return ['manifests', 'change', 'bump', 'intended'].includes(subject.kind) ? subject : undefined;
  } catch {
    return undefined;
  }
}

/** What is rendered, whichever side of it is shown. */
export function subjectKey(subject: PreviewSubject): string {
  return encodeSubject(subject.kind === 'manifests' ? subject : { ...subject, side: 'after' });
}
