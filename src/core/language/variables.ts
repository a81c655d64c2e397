/** Variables of Flux's `postBuild`: where they stand, and what they are in each Flux Kustomization. */
import { isLeftAlone } from '../flux/postBuild.ts';
import { substitute } from '../flux/substitution.ts';
import type { Place } from '../lint/problem.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import type { Build } from '../repository/rootGraph.ts';
import { builds } from './paths.ts';
import { writtenAt } from './writtenAt.ts';
import type { YamlNode } from '../yaml/node.ts';
import { objectsOfDocument } from './documentObjects.ts';
import type { ObjectName } from './mention.ts';

export interface Variable {
  readonly name: string;
  /** `${name:=default}`, as written. */
  readonly expression: string;
  readonly place: Place;
}

/** What a variable is for one Flux Kustomization. */
export interface VariableValue {
  readonly flux: ObjectName & { readonly file: string };
  readonly root: BuildRoot;
  /** `value`, or the default in place, or known in the cluster alone, or nothing at all. */
  readonly kind: 'value' | 'default' | 'secret' | 'cluster' | 'missing';
  readonly text: string;
  /** Where the value is written. */
  readonly place: Place | undefined;
}

const START = /\$\{([A-Za-z_][A-Za-z0-9_]*)/g;

const known = new WeakMap<RepositoryFile, readonly Variable[]>();

/** The variables in values and keys of objects that Flux substitutes; those in comments are none. Outer ones before inner ones. */
export function variablesIn(file: RepositoryFile): readonly Variable[] {
  let variables = known.get(file);
  if (variables === undefined) known.set(file, (variables = /\.ya?ml$/.test(file.path) ? find(file) : []));
  return variables;
}

/** The innermost variable at an offset. */
export function variableAt(file: RepositoryFile, offset: number): Variable | undefined {
  return variablesIn(file).findLast(({ place }) => place.start <= offset && offset <= place.end);
}

function find(file: RepositoryFile): Variable[] {
  const { text, path } = file;
  if (!text.includes('${')) return [];
  const found: Variable[] = [];
  for (const document of file.documents) {
    if (!document.text.includes('${') || document.kindHint === 'CustomResourceDefinition') continue;
    if (objectsOfDocument(document).every(isLeftAlone)) continue;
    const ranges = textRanges(document.root);
    for (const match of document.text.matchAll(START)) {
      const start = document.start + match.index;
      const end = closing(text, start + 2);
      const isEscaped = (/\$*$/.exec(text.slice(Math.max(0, start - 8), start))?.[0].length ?? 0) % 2 === 1;
      if (end === undefined || isEscaped || !ranges.some((range) => range.start <= start && end <= range.end)) continue;
      found.push({ name: match[1] ?? '', expression: text.slice(start, end), place: { file: path, start, end } });
    }
  }
  return found;
}

/** Behind the brace that closes an expression; undefined where its line ends before. */
function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Where scalars stand that hold a variable. */
function textRanges(root: YamlNode | undefined): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  const walk = (node: YamlNode | undefined): void => {
    if (node?.kind === 'scalar' && node.text.includes('${')) ranges.push(node);
    else if (node?.kind === 'sequence') node.items.forEach(walk);
    else if (node?.kind === 'map')
      for (const { key, value } of node.entries.values()) {
        walk(key);
        walk(value);
      }
  };
  walk(root);
  return ranges;
}

/** What a variable of a file is in every Flux Kustomization that builds the file and substitutes. */
export function valuesOfVariable(repository: GitOpsRepository, { name, expression, place }: Variable): VariableValue[] {
  return repository
    .rootsUsing(place.file)
    .flatMap((root) =>
      repository
        .buildsOf(root)
        .flatMap((build) => (builds(build, place.file) ? valueIn(repository, root, build, name, expression) : [])),
    );
}

function valueIn(
  repository: GitOpsRepository,
  root: BuildRoot,
  { flux, variables }: Build,
  name: string,
  expression: string,
): VariableValue[] {
  const substituter = variables?.substituter;
  if (flux === undefined || substituter === undefined) return [];
  const { text, missing, unknown, sole } = substitute(expression, substituter.lookup);
  const owner = substituter.ownerOf(name);
  const common = {
    flux: { kind: 'Kustomization', name: flux.name, namespace: flux.namespace, file: flux.file },
    root,
    place: writtenAt(repository, owner),
  };
  if (unknown.length > 0)
    return [{ ...common, kind: unknown.includes(name) && owner !== undefined ? 'secret' : 'cluster', text: '' }];
  if (missing.length > 0) return [{ ...common, kind: 'missing', text: '' }];
  if (sole?.defaulted === true) return [{ ...common, kind: 'default', text, place: undefined }];
  return [{ ...common, kind: 'value', text }];
}
