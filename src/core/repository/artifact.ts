/** What source-controller packs into the artifact of a Git repository: no links, and nothing that one of its rules leaves out (fluxcd/pkg/sourceignore). */
import type { IgnoreRule } from '../text/gitIgnore.ts';
import { isIgnored, parseIgnoreRules } from '../text/gitIgnore.ts';
import type { FileView, RepositoryFile } from './files.ts';
import { isInOrBelow, joinPath, parentDirectory } from './files.ts';
import type { FileTree } from './view.ts';

/** sourceignore.ExcludeVCS, ExcludeExt, ExcludeCI, ExcludeExtra */
const DEFAULT_RULES = parseIgnoreRules(
  [
    '.git/,.gitignore,.gitmodules,.gitattributes',
    '*.jpg,*.jpeg,*.gif,*.png,*.wmv,*.flv,*.tar.gz,*.zip',
    '.github/,.circleci/,.travis.yml,.gitlab-ci.yml,appveyor.yml,.drone.yml,cloudbuild.yaml,codeship-services.yml,codeship-steps.yml',
    '**/.goreleaser.yml,**/.sops.yaml,**/.flux.yaml',
  ]
    .join(',')
    .replaceAll(',', '\n'),
  '.',
);

/** A quick test that lets through everything that the default rules could exclude. */
const MAY_BE_EXCLUDED = /(?:^|\/)(?:\.|appveyor|cloudbuild|codeship)|\.(?:jpe?g|gif|png|wmv|flv|gz|zip)$/;

const IGNORE_FILE = '.sourceignore';

export function isIgnoreFile(path: string): boolean {
  return path === IGNORE_FILE || path.endsWith(`/${IGNORE_FILE}`);
}

/** The files of an artifact of the repository. */
export class ArtifactView implements FileView {
  readonly id: string;
  private readonly tree: FileTree;
  private readonly rules: Rules;

  private constructor(tree: FileTree, id: string, rules: Rules) {
    this.tree = tree;
    this.id = id;
    this.rules = rules;
  }

  /** The tree itself where nothing is left out, so that builds are shared with those of plain kustomize. `specIgnore`: rules of the source. */
  static of(tree: FileTree, specIgnore: string): FileView {
    const rules = rulesOf(tree, specIgnore);
    return rules.excluded.size === 0 && tree.links.size === 0 ? tree : new ArtifactView(tree, `artifact ${specIgnore}`, rules);
  }

  file(path: string): RepositoryFile | undefined {
    return this.rules.excluded.has(path) || this.tree.firstLink(path) !== undefined ? undefined : this.tree.plainFile(path);
  }

  /** A directory that is left out is still there when a file in it is not. */
  isDirectory(path: string): boolean {
    if (path === '.') return true;
    if (this.tree.firstLink(path) !== undefined || !this.tree.isPlainDirectory(path)) return false;
    return !isIgnored(this.rules.for(path), path, true) || this.holdsFile(path);
  }

  private holdsFile(directory: string): boolean {
    for (const path of this.tree.paths()) if (isInOrBelow(path, directory) && !this.rules.excluded.has(path)) return true;
    return false;
  }

  list(path: string): readonly string[] {
    return this.tree.list(path).filter((name) => {
      const child = joinPath(path, name);
      return this.tree.isPlainDirectory(child) ? this.isDirectory(child) : !this.rules.excluded.has(child);
    });
  }

  real(path: string): string {
    return path;
  }
}

/** All rules for a repository, and the files that they leave out. */
interface Rules {
  readonly excluded: ReadonlySet<string>;
  /** The rules that count for a path, the last that fits decides. */
  for(path: string): readonly IgnoreRule[];
}

/** For each set of names, by the texts of the rules: edits of other files change nothing. */
const known = new WeakMap<object, Map<string, Rules>>();

function rulesOf(tree: FileTree, specIgnore: string): Rules {
  const files = ignoreFiles(tree).flatMap((path) => tree.plainFile(path) ?? []);
  const key = JSON.stringify([specIgnore, files.map(({ text }) => text)]);
  let byText = known.get(tree.names);
  if (byText === undefined) known.set(tree.names, (byText = new Map()));
  let rules = byText.get(key);
  if (rules === undefined) byText.set(key, (rules = makeRules(tree, specIgnore, files)));
  return rules;
}

const ignoreFilesByNames = new WeakMap<object, readonly string[]>();

function ignoreFiles(tree: FileTree): readonly string[] {
  let paths = ignoreFilesByNames.get(tree.names);
  if (paths === undefined) ignoreFilesByNames.set(tree.names, (paths = [...tree.paths()].filter(isIgnoreFile).sort()));
  return paths;
}

function makeRules(tree: FileTree, specIgnore: string, files: readonly RepositoryFile[]): Rules {
  const extra = parseIgnoreRules(specIgnore, '.');
  const own = files.map(({ path, text }) => {
    const directory = parentDirectory(path);
    return { directory, rules: parseIgnoreRules(text, directory) };
  });
  own.sort((a, b) => a.directory.length - b.directory.length);
  const rulesFor = (path: string): readonly IgnoreRule[] => {
    const inherited = own.filter(({ directory }) => directory === '.' || path.startsWith(`${directory}/`));
    return [...DEFAULT_RULES, ...inherited.flatMap(({ rules }) => rules), ...extra];
  };
  const isPlain = own.length === 0 && extra.length === 0;
  const excluded = new Set<string>();
  for (const path of tree.paths())
    if ((!isPlain || MAY_BE_EXCLUDED.test(path)) && isIgnored(rulesFor(path), path, false)) excluded.add(path);
  return { excluded, for: rulesFor };
}
