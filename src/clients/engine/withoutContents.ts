import { withoutCredentials } from '../../core/git/credentials.ts';
import { objectName } from './objectName.ts';

/**
 * kustomize's errors quote what they are about: objects, patches, configurations, values. Any of it may be a Secret, so that of an error only the words
 * before the first quotation are kept. Names of objects, which kustomize writes with brackets too, are written out before.
 */
export function withoutContents(text: string): string {
  const named = withoutCredentials(text.replaceAll(objectId, (id) => objectName(id)));
  const end = named.search(quotation);
  return end < 0 ? named : named.slice(0, end).replace(dangling, '');
}

/** `Deployment.v1.apps/web.[noNs]` */
const objectId = /\b[A-Z]\w*\.(?:\[noVer\]|\w+)\.(?:\[noGrp\]|[\w.-]+)\/[\w.-]+\.(?:\[noNs\]|[\w-]+)/g;
/** What is left of a sentence that went on with a quotation. */
const dangling = /[\s:,;("'\\]*(?:\b(?:with config|from|in object)[\s:]*)?$/;
const quotation =
  /[{`\n]|\[(?!\])|\\n|: decoding |node contents:|invalid literal source|out of bounds for value|unknown anchor|cannot unmarshal !!/;

/** Why YAML cannot be parsed, without what stands there: a password that starts with an asterisk is an alias for YAML. */
export function yamlReason(reason: string): string {
  return /unknown anchor/.test(reason) ? 'a value that starts with * names no anchor' : withoutContents(reason);
}
