/** The objects of a rendering as values. */
import { toJson } from '../yaml/toJson.ts';
import { parseYaml } from '../yaml/parse.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface RenderedObject {
  /** Without the version: `apps`, '' for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly value: JsonObject;
  /** As rendered. */
  readonly text: string;
}

/** Objects in their order; what is no object (comments, broken documents) is left out. Never throws. */
export function renderedObjects(yaml: string): RenderedObject[] {
  return yaml.split(/^---(?:[ \t].*)?\r?\n/m).flatMap((text) => {
    const { documents, problem } = parseYaml(text, { file: '', within: undefined });
    const root = documents.find((document) => document.root !== undefined)?.root;
    const value = problem === undefined && root !== undefined ? (toJson(root) as Json) : null;
    if (!isObject(value)) return [];
    const apiVersion = textOf(value['apiVersion']);
    const metadata = value['metadata'];
    const own = isObject(metadata) ? metadata : {};
    return {
      group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
      kind: textOf(value['kind']),
      namespace: textOf(own['namespace']),
      name: textOf(own['name']),
      value,
      text,
    };
  });
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
