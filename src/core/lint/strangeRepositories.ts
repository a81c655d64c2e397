/** Workflows that work on the repository of somebody else: one with the name of this repository, and another owner. */
import type { HostedRepository } from '../git/remoteUrl.ts';
import { hostedRepository } from '../git/remoteUrl.ts';
import type { Workflow, WorkflowValue } from '../githubActions/workflow.ts';
import { textAt } from '../yaml/node.ts';
import { editFix } from './fix.ts';
import type { Finding, Place } from './problem.ts';
import type { LintInput } from './rule.ts';
import { workflowFiles, workflowsWith } from './workflowFiles.ts';

export function* strangeRepositories({ repository, facts }: LintInput): Iterable<Finding> {
  const remotes = (facts.remoteUrls ?? [])
    .flatMap((url) => hostedRepository(url) ?? [])
    .filter(({ host }) => !ELSEWHERE.test(host));
  if (remotes.length === 0) return;
  const texts = workflowFiles(repository).map(({ text }) => text);
  for (const workflow of workflowsWith(repository, anyOf(remotes.map(({ name }) => name)))) {
    const text = repository.file(workflow.file)?.text ?? '';
    if (isAboutOthers(workflow, text)) continue;
    for (const { named, place } of namedIn(workflow, text)) {
      const own = remotes.find(({ name }) => name.toLowerCase() === named.name.toLowerCase());
      if (own === undefined || !isTelling(own.name) || isMeant(named, remotes, texts)) continue;
      yield {
        message: `This workflow works on ${named.owner}/${named.name}, and this repository is ${own.owner}/${own.name}.`,
        place,
        fixes: [
          editFix('replace-name', `Use ${own.owner}/${named.name}`, [
            { type: 'replace', file: place.file, start: place.start, end: place.start + named.owner.length, text: own.owner },
          ]),
        ],
      };
    }
  }
}

function anyOf(names: readonly string[]): RegExp {
  return new RegExp(names.map((name) => name.replaceAll('.', '\\.')).join('|'), 'i');
}

/** Hosts whose workflows are not these. */
const ELSEWHERE = /^(?:gitlab\.com|bitbucket\.org|codeberg\.org|ssh\.dev\.azure\.com|dev\.azure\.com)$/;

/** Whether two repositories of this name are likely to be the same one: short names, and those under which many owners publish something, say nothing. */
function isTelling(name: string): boolean {
  return (
    (/[-_.]/.test(name) || /^(?:gitops|infra|infrastructure|clusters?|manifests?|deployments?|homelab)$/i.test(name)) &&
    !PUBLISHED.test(name)
  );
}

const PUBLISHED =
  /^(?:\.github|helm-charts?|(?:.*-)?(?:actions?|workflows?)(?:-.*)?|homebrew-.*|docker-images?|.*-templates?|.*\.github\.io)$/i;

/** Workflows that follow the repository from which this one was made. */
function isAboutOthers({ file, root }: Workflow, text: string): boolean {
  return /upstream/i.test(text) || /fork|mirror/i.test(`${file} ${textAt(root, 'name')}`);
}

/** A remote leads there, or the workflows say themselves that they belong there: this is a fork. */
function isMeant({ owner, name }: HostedRepository, remotes: readonly HostedRepository[], texts: readonly string[]): boolean {
  const wanted = `${owner}/${name}`.toLowerCase();
  if (remotes.some((remote) => `${remote.owner}/${remote.name}`.toLowerCase() === wanted)) return true;
  const home = new RegExp(
    `github\\.repository(?:_owner)?\\b[^\\n]{0,199}['"]${owner}(?:/${name.replaceAll('.', '\\.')})?['"]`,
    'i',
  );
  return texts.some((text) => home.test(text));
}

interface NamedRepository {
  readonly named: HostedRepository;
  /** From the owner to the end of the name. */
  readonly place: Place;
}

function namedIn(workflow: Workflow, text: string): NamedRepository[] {
  const seen = new Set<number>();
  return workflow.values.flatMap((value) => {
    const { start, end, alias } = value.scalar;
    if (alias || seen.has(start) || end - start > MAX_LENGTH) return [];
    seen.add(start);
    const found: NamedRepository[] = [];
    for (const pattern of patternsFor(value)) {
      for (const match of text.slice(start, end).matchAll(pattern)) {
        const [whole, host = '', owner = '', name = ''] = match;
        const at = start + match.index + whole.lastIndexOf(`${owner}/${name}`);
        const place = { file: workflow.file, start: at, end: at + owner.length + 1 + name.length };
        found.push({ named: { host: host.toLowerCase(), owner, name }, place });
      }
    }
    return found;
  });
}

/** Longer values are no names, and longer scripts are rare. */
const MAX_LENGTH = 50_000;
const REFERENCE =
  /^(?:(?:https?:\/\/|(?:ssh:\/\/)?git@)([\w.-]{0,99}github[\w.-]{0,99})[/:])?([\w-]+)\/([\w.-]+?)(?:\.git)?\/?$/g;
const IN_SCRIPT =
  /\bgit[ \t]+(?:-[^\s]+[ \t]+)*(?:clone|push|pull|fetch|remote[ \t]+(?:add|set-url)[ \t]+\S+)[ \t][^\n;|&]{0,299}?(?:https?:\/\/(?:[^@/\s]+@)?|(?:ssh:\/\/)?git@)([\w.-]{0,99}github[\w.-]{0,99})[/:]([\w-]+)\/([\w.-]+?)(?=\.git\b|["'\s/]|$)/g;

/** How a value of this place names a repository that the workflow works on. */
function patternsFor({ keys, step }: WorkflowValue): RegExp[] {
  const [key = '', around] = keys.toReversed();
  if (key === 'run' && step !== undefined) return [IN_SCRIPT];
  const isNamed = around === 'env' || (around === 'with' && takesRepository(step && textAt(step.node, 'uses')));
  if (isNamed && isRepositoryKey(key)) return [REFERENCE];
  return key === 'default' && keys.at(-3) === 'inputs' && isRepositoryKey(around ?? '') ? [REFERENCE] : [];
}

/** Of steps that only fetch what somebody publishes, the repository is meant to be another one. */
function takesRepository(uses: string | undefined): boolean {
  return uses === undefined || !/release|download|asset|install|setup|artifact/i.test(uses);
}

function isRepositoryKey(key: string): boolean {
  const words = key
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.includes('repo') || words.includes('repository');
}
