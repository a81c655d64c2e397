/** What controllers write into conditions, made fit to be shown as text. */

const MAX_CHARACTERS = 4000;
/** Where controllers unpack things; the number differs at each attempt and tells nobody anything. */
const TEMPORARY_FOLDER =
  /(?:\/[\w.@+~-]+)*\/(?:kustomization|gitrepository|ocirepository|bucket|helmchart|helm|build|artifact)-[\w.-]*\d{4,}(?:\/|(?=$|[\s'":;,)]))/g;
const ESCAPE_SEQUENCE = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const CONTROL_CHARACTERS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A message of at most 4,000 characters without temporary paths (`/tmp/kustomization-1810804826/apps/dev` is `apps/dev`), control characters,
 * characters that nobody sees, text direction marks, and line breaks at its end. Line breaks within stay.
 */
export function cleanMessage(message: string): string {
  // Nothing below makes a text longer, and nobody reads further.
  const text = message
    .slice(0, MAX_CHARACTERS * 4)
    .replace(/\r\n?/g, '\n')
    .replace(ESCAPE_SEQUENCE, '')
    .replace(CONTROL_CHARACTERS, '')
    .replace(TEMPORARY_FOLDER, '')
    .trim();
  if (text.length <= MAX_CHARACTERS && message.length <= MAX_CHARACTERS * 4) return text;
  return `${text.slice(0, MAX_CHARACTERS).trimEnd()} … (${String(message.length)} characters)`;
}

/** The first line, for a row. */
export function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.trimEnd();
}

/** `[Deployment/missing/shop status: 'Failed']` in the message of a health check names what it waits for or gave up on. */
export function resourcesIn(message: string): { readonly kind: string; readonly namespace: string; readonly name: string }[] {
  return [...message.matchAll(/([A-Z]\w*)\/(?:([\w.-]+)\/)?([\w.:-]+) status: '/g)].map(
    ([, kind = '', namespace = '', name = '']) => ({ kind, namespace, name }),
  );
}
