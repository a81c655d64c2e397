/** Located trees as plain values, and scalars as Go's encoding/json writes them. */
import type { ScalarNode, YamlNode } from './node.ts';
import { resolve, typeInManifest } from './resolve.ts';
import { coercedText, typeOf } from './typing.ts';

/** A manifest as plain JSON, as the API server would get it. */
export function toJson(node: YamlNode): unknown {
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, toJson(value)]));
  if (node.kind === 'sequence') return node.items.map(toJson);
  switch (typeInManifest(node)) {
    case 'null':
      return null;
    case 'bool':
      return resolve(node.text).text === 'true';
    case 'int':
    case 'float':
      return Number(resolve(node.text).text);
    case 'timestamp':
      return resolve(node.text).text;
    case 'string':
    case 'binary':
      return node.text;
  }
}

/** A scalar of a manifest as JSON text. */
export function jsonOfManifest(node: ScalarNode): string {
  const type = typeInManifest(node);
  if (type === 'string' || type === 'binary') return jsonText(node.text);
  const { text } = resolve(node.text);
  if (type === 'timestamp') return jsonText(text);
  return type === 'float' ? jsonNumber(text) : text;
}

/** A scalar of one of kustomize's own files, or of a JSON patch, as JSON text. */
export function jsonOfPatch(node: ScalarNode): string {
  switch (typeOf(node)) {
    case 'string':
      return jsonText(node.text);
    case 'null':
      return 'null';
    case 'float':
      return jsonNumber(node.text.replaceAll('_', ''));
    case 'bool':
    case 'int':
      return coercedText(node);
  }
}

/** As Go writes it, safe for HTML. */
function jsonText(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** encode.go, floatEncoder: an exponent below 1e-6 and from 1e21 on, as JavaScript has it. */
function jsonNumber(text: string): string {
  return String(Number(text));
}

/** A manifest as it is read again after kustomize printed it: what was a number before is spelled as kustomize prints it. */
export function asPrinted(node: YamlNode): YamlNode {
  if (node.kind === 'sequence') return { ...node, items: node.items.map(asPrinted) };
  if (node.kind === 'map')
    return {
      ...node,
      entries: new Map([...node.entries].map(([key, entry]) => [key, { key: entry.key, value: asPrinted(entry.value) }])),
    };
  const type = typeInManifest(node);
  if (type === 'string' || type === 'binary') return typeOf(node) === 'string' ? node : { ...node, tag: '!!str' };
  const text = type === 'null' ? node.text : resolve(node.text).text;
  return text === node.text ? node : { ...node, text, tag: type === 'timestamp' ? '!!str' : '' };
}

/** A value that was read as YAML 1.1 as it stands in a manifest: what is a boolean or a number there is one, and what is a text stays one. */
export function asManifest(node: YamlNode): YamlNode {
  if (node.kind === 'sequence') return { ...node, items: node.items.map(asManifest) };
  if (node.kind === 'map')
    return {
      ...node,
      entries: new Map([...node.entries].map(([key, entry]) => [key, { key: entry.key, value: asManifest(entry.value) }])),
    };
  const type = typeOf(node);
  if (type === 'string') return node.style === 'plain' && resolve(node.text).type !== 'string' ? { ...node, tag: '!!str' } : node;
  if (type === 'null') return node;
  const text = type === 'float' ? jsonOfPatch(node) : coercedText(node);
  return text === node.text ? node : { ...node, text, tag: '' };
}
