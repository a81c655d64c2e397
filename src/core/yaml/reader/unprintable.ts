/** What go-yaml reads into its nodes, and fails on when kustomize writes the object as JSON (kyaml rnode.go, MarshalJSON). */
import type { ScalarNode } from '../node.ts';
import { resolve } from '../resolve.ts';
import { YamlError } from './token.ts';

const RESOLVABLE = new Set(['!!str', '!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

/** `isKey`: keys below the top have to be strings. */
export function unprintable(scalar: ScalarNode, isKey = false): YamlError | undefined {
  const { text, style, tag, start } = scalar;
  if (tag === '' || tag === '!') {
    if (style !== 'plain' || !mayBeSpecial(text, isKey)) return undefined;
    const { type } = resolve(text);
    if (isKey) return type === 'string' || text === '' ? undefined : new YamlError('a key is no string', start);
    return type === 'float' && !Number.isFinite(Number(text.replaceAll('_', '')))
      ? new YamlError('a number is infinite, or none (unsupported value)', start)
      : undefined;
  }
  if (tag === '!!binary' && !isKey)
    return isBase64(text) ? undefined : new YamlError('!!binary value contains invalid base64 data', start);
  if (isKey && tag !== '!!str') return new YamlError('a key is no string', start);
  if (!RESOLVABLE.has(tag)) return undefined;
  const { type } = resolve(text);
  const wanted = tag === '!!str' ? 'string' : tag.slice(2);
  const fits = wanted === 'string' || type === wanted || (wanted === 'float' && type === 'int');
  return fits ? undefined : new YamlError('the tag of a value does not fit it', start);
}

/** A quick test that lets through all keys that are no strings, and all values that JSON has no number for. */
function mayBeSpecial(text: string, isKey: boolean): boolean {
  const first = text.charCodeAt(0);
  if (!isKey) return first === 46 || ((first === 43 || first === 45) && text.charCodeAt(1) === 46);
  // Digits and signs, `~`, and the first letters of true, false and null.
  return first < 58 || first === 126 || (text.length <= 5 && 'tTfFnN'.includes(text.charAt(0)));
}

/** Go's base64.StdEncoding: line breaks do not count. */
function isBase64(text: string): boolean {
  const bare = text.replace(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}
