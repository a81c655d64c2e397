/** What to write into a scalar that holds a version, alone or as part of a reference, so that the version becomes another one. */
import { splitReference } from '../oci/imageReference.ts';
import type { Owner } from '../repository/model.ts';
import type { Version } from './version.ts';
import { versionText } from './version.ts';

/** Texts to try, the most faithful first. Empty where the scalar has no room for the wanted parts. */
export function textsFor(text: string, part: Owner['part'], old: Version, wanted: Version): string[] {
  if (part === 'default') return defaultsFor(text, old, wanted);
  const version = versionText(wanted);
  const suffixes = [`:${old.tag}@${old.digest}`, `:${old.tag}`, `@${old.digest}`];
  const isAlone = [old.tag, versionText(old), old.digest].includes(text) && text !== '';
  if (isAlone && part !== 'reference') {
    // `tag: v1` has room for a digest behind it, but not for a digest alone.
    return wanted.tag === '' && text !== old.digest ? [] : [version];
  }
  const masked = splitReference(text.replace(VARIABLE, (variable) => 'x'.repeat(variable.length)));
  const name = text.slice(0, masked.name.length);
  const reference = name + (wanted.tag === '' ? '' : `:${wanted.tag}`) + (wanted.digest === '' ? '' : `@${wanted.digest}`);
  if (part === 'reference' || suffixes.some((suffix) => suffix.length > 2 && text.endsWith(suffix))) return [reference];
  return wanted.tag === '' ? [reference] : [version, reference];
}

const VARIABLE = /\$\{[^{}]*(?:\$\{[^{}]*\}[^{}]*)*\}/g;

/** The default of a variable: that of the innermost expression first. */
function defaultsFor(text: string, old: Version, wanted: Version): string[] {
  const texts: string[] = [];
  for (const match of text.matchAll(/\$\{[A-Za-z_][A-Za-z0-9_]*(?::-|:=|=|-)/g)) {
    const start = match.index + match[0].length;
    const end = closingBrace(text, start);
    const inner = text.slice(start, end);
    const options = inner.includes('${')
      ? defaultsFor(inner, old, wanted)
      : inner === '' || inner === old.tag || inner === versionText(old)
        ? textsFor(inner, 'whole', old, wanted)
        : textsFor(inner, 'reference', old, wanted);
    texts.push(...options.map((option) => text.slice(0, start) + option + text.slice(end)));
  }
  return texts.reverse();
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index++) {
    if (text.startsWith('${', index)) depth++;
    else if (text[index] === '}' && --depth === 0) return index;
  }
  return text.length;
}
