/** Compares what the static model says of every build root with what kustomize's and Flux's own code renders. */
import { parseAllDocuments } from 'yaml';
import type { BuildResult, KustomizeEngine } from '../../src/clients/kustomize.ts';
import { buildRequest } from '../../src/clients/renderRoot.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage } from '../../src/core/repository/model.ts';
import { objectsIn, saysReference } from './renderedValues.ts';

export interface Comparison {
  readonly roots: number;
  readonly images: number;
  /** One line for each root where the two differ. */
  readonly disagreements: readonly string[];
}

/** `folder`: absolute path of the checkout that `repository` was made of. Roots of artifacts that are composed are left out. */
export async function compareWithEngine(
  engine: KustomizeEngine,
  repository: GitOpsRepository,
  folder: string,
  chosen: (root: BuildRoot) => boolean = () => true,
): Promise<Comparison> {
  const disagreements: string[] = [];
  let images = 0;
  const roots = repository.roots.filter((root) => root.artifact === undefined && chosen(root));
  for (const root of roots) {
    const result = await engine.build(buildRequest(root, folder, undefined, 'values'));
    images += root.usages.length;
    const difference = differenceOf(root, result);
    if (difference !== undefined) disagreements.push(`${root.id}: ${difference}`);
  }
  return { roots: roots.length, images, disagreements };
}

/** undefined where the two agree. A root of which the model is not certain agrees with anything. */
export function differenceOf(root: BuildRoot, result: BuildResult): string | undefined {
  const exact = root.usages.filter(({ status }) => status === 'exact');
  if (!result.ok) {
    if (root.failure !== undefined || exact.length === 0) return undefined;
    return `the engine refuses (${result.error.stage}: ${result.error.cause}), the model is certain of ${String(exact.length)} images`;
  }
  if (root.failure !== undefined) return `the engine builds it, the model says: ${root.failure}`;
  const isComplete = root.unknowns.length === 0;
  const rendered = count(renderedImages(result.yaml));
  const expected = count(exact.filter(isContainer).map(lineOf));
  const doubted = new Set(root.usages.filter(({ status }) => status === 'unknown').map(placeOf));
  const missing = [...difference(expected, rendered), ...absent(exact, result.yaml).map(lineOf)];
  const extra = isComplete ? difference(rendered, expected).filter((line) => !doubted.has(line.split(' = ')[0] ?? '')) : [];
  return missing.length + extra.length === 0
    ? undefined
    : `only the model has [${missing.join(', ')}], only the engine has [${extra.join(', ')}]`;
}

/** Rows that are no containers: values of HelmReleases, fields of custom resources, declared images. */
function isContainer({ kind, container }: ImageUsage): boolean {
  return kind !== '' && container !== 'chart' && !isPath(container);
}

/** The names of containers have no dots. */
function isPath(container: string): boolean {
  return container.includes('.');
}

/** The rows of values and fields that the rendered objects do not have. */
function absent(rows: readonly ImageUsage[], yaml: string): ImageUsage[] {
  const paths = rows.filter(({ kind, container }) => kind !== '' && isPath(container));
  if (paths.length === 0) return [];
  const objects = objectsIn(yaml);
  return paths.filter((row) => !saysReference(objects, row, row.reference));
}

/** Whether a rendering has a reference where a row says it is. */
export function isRendered(yaml: string, row: ImageUsage, reference: string): boolean {
  return isPath(row.container)
    ? saysReference(objectsIn(yaml), row, reference)
    : renderedImages(yaml).includes(lineOf({ ...row, reference }));
}

function placeOf({ kind, workload, container }: ImageUsage): string {
  return `${kind}/${workload}#${container}`;
}

export function lineOf(usage: ImageUsage): string {
  return `${placeOf(usage)} = ${usage.reference}`;
}

const PREFIXES = { containers: '', initContainers: 'init:', ephemeralContainers: 'ephemeral:' } as const;

/** `Kind/name#container = reference` of every container at any depth of every object. */
export function renderedImages(yaml: string): string[] {
  const lines: string[] = [];
  for (const document of parseAllDocuments(yaml, { version: '1.1', logLevel: 'silent', uniqueKeys: false })) {
    const object = document.toJS({ maxAliasCount: -1 }) as Record<string, unknown> | null;
    if (object === null || object['kind'] === 'CustomResourceDefinition') continue;
    const name = (object['metadata'] as Record<string, unknown> | undefined)?.['name'];
    walk(object, `${String(object['kind'])}/${String(name)}`, lines);
  }
  return lines;
}

function walk(node: unknown, owner: string, lines: string[]): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, owner, lines);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key in PREFIXES && Array.isArray(value)) {
      for (const item of value as unknown[]) {
        const { name, image } = (item ?? {}) as Record<string, unknown>;
        if (typeof image === 'string')
          lines.push(
            `${owner}#${PREFIXES[key as keyof typeof PREFIXES]}${typeof name === 'string' ? name : JSON.stringify(name ?? null).replace('null', '')} = ${image}`,
          );
      }
    }
    walk(value, owner, lines);
  }
}

function count(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function difference(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): string[] {
  return [...first].flatMap(([line, times]) => (times > (second.get(line) ?? 0) ? [line] : []));
}
