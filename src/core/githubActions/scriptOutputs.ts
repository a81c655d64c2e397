/** The outputs that the script of a `run` step sets, where reading the script is enough to know all of them. */
import type { Redirect, ShellCommand, ShellScript } from './shell.ts';
import { parseShell } from './shell.ts';

/**
 * Programs that write no outputs of their own accord. Any other one could: the path of the file with the outputs stands in its environment.
 * `docker`, `kubectl`, `gh` and `git` do where they only do what their first argument says.
 */
const HARMLESS = new Set(
  `: [ [[ awk base64 basename break cat cd chmod column continue cp curl cut date dd declare df diff dirname du echo egrep envsubst exit export false fgrep find
  for case select gawk getent grep gunzip gzip head helm hostname id jq kustomize let ln local ls md5sum mkdir mktemp mv nproc openssl paste popd printenv printf
  pushd pwd read readlink readonly realpath return rm rmdir sed seq set sha1sum sha256sum sha512sum shift shopt skopeo sleep sort stat tac tail tar tee test
  touch tr true type uname uniq unset unzip uuidgen wait wc wget which whoami xz yq zip`.split(/\s+/),
);
const HARMLESS_VERBS: Readonly<Record<string, ReadonlySet<string>>> = {
  command: new Set(['-v', '-V']),
  docker: new Set([
    'build',
    'buildx',
    'image',
    'images',
    'info',
    'inspect',
    'load',
    'login',
    'logout',
    'manifest',
    'pull',
    'push',
    'save',
    'tag',
    'version',
  ]),
  gh: new Set(['api', 'auth', 'issue', 'label', 'pr', 'release', 'repo', 'run', 'variable', 'workflow']),
  git: new Set(
    `add branch cat-file checkout cherry commit config count-objects describe diff diff-index diff-tree fetch for-each-ref init log ls-files ls-remote ls-tree
    merge merge-base mv name-rev pull push remote reset restore rev-list rev-parse rm show show-ref shortlog stash status switch symbolic-ref tag`.split(
      /\s+/,
    ),
  ),
  kubectl: new Set([
    'annotate',
    'apply',
    'config',
    'create',
    'delete',
    'describe',
    'get',
    'label',
    'patch',
    'rollout',
    'set',
    'version',
    'wait',
  ]),
};
/** Options that make a harmless program run another one. */
const RUNS_OTHERS =
  /^(?:-exec|-execdir|-ok|--to-command.*|--checkpoint-action.*|--post-renderer.*|--enable-exec|--use-compress-program.*)$/;

const FILE = '\0$GITHUB_OUTPUT\0';
const MENTION = /GITHUB_OUTPUT|github\s*\.\s*output|::set-output/i;
const OLD_COMMAND = /::set-output name=([^\0:,]+)::/;

/** Names in the order in which they are set; undefined where only running the script tells. Never throws. */
export function outputsOfScript(script: string): readonly string[] | undefined {
  const parsed = parseShell(script);
  if (parsed === undefined || !isHarmless(parsed) || parsed.inner.some(mentions)) return undefined;
  const names: string[] = [];
  let written = '';
  for (const command of parsed.commands) {
    const text = writtenTo(command);
    if (text !== undefined) written += text;
    else if (mentions(command)) {
      const name = isEcho(command) && command.redirects.length === 0 ? OLD_COMMAND.exec(command.words.join(' '))?.[1] : undefined;
      if (name === undefined) return undefined;
      names.push(name);
    }
  }
  const own = namesIn(written);
  return own && [...names, ...own];
}

function isHarmless({ commands, inner, functions }: ShellScript): boolean {
  return [...commands, ...inner].every((command) => {
    const [program, verb = ''] = programOf(command);
    if (program === undefined || functions.has(program)) return true;
    if (command.words.some((word) => RUNS_OTHERS.test(word))) return false;
    return HARMLESS.has(program) || HARMLESS_VERBS[program]?.has(verb) === true;
  });
}

/** The words of a command without the variables that are set for it, or by it. */
function programOf({ words }: ShellCommand): readonly string[] {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/.test(word));
  return first < 0 ? [] : words.slice(first);
}

/** Whether the file with the outputs, or the old command for them, is named anywhere in it. */
function mentions({ words, redirects }: ShellCommand): boolean {
  return [...words, ...redirects.flatMap(({ target, document = '' }) => [target, document])].some((text) => MENTION.test(text));
}

function isEcho(command: ShellCommand): boolean {
  const [program] = programOf(command);
  return program === 'echo' || program === 'printf';
}

/** What a command writes to the file with the outputs; undefined where it writes nothing there, or mentions the file in a way that is not followed. */
function writtenTo(command: ShellCommand): string | undefined {
  const { words, redirects, input, isPiped } = command;
  const [program, ...args] = programOf(command);
  const target = redirects.find(isOutput);
  if (program === 'tee' && args.includes(FILE)) {
    const isPlain = args.every((arg) => arg === FILE || /^(?:-a|--append)$/.test(arg));
    return isPlain && input !== undefined && !isPiped && !redirects.some(mentionsFile) ? printedBy(input) : undefined;
  }
  if (target?.target !== FILE || isPiped || words.some((word) => MENTION.test(word))) return undefined;
  if (redirects.some((other) => other !== target && mentionsFile(other))) return undefined;
  return printedBy(command);
}

/** A redirect of what a command prints. */
function isOutput({ operator }: Redirect): boolean {
  return /^1?>>?\|?$/.test(operator);
}

function mentionsFile({ target }: Redirect): boolean {
  return MENTION.test(target);
}

/** They print nothing, as do commands that only set variables. */
const SILENT = new Set(
  ': [ [[ break case cd continue declare exit export false for let local mkdir read readonly return rm select set shift shopt sleep test touch true unset wait'.split(
    ' ',
  ),
);

/** What a command prints, as far as it is known: a line that starts with a NUL stands for any number of lines. */
function printedBy(command: ShellCommand): string {
  const [program, ...args] = programOf(command);
  const document = command.redirects.findLast((redirect) => redirect.document !== undefined)?.document;
  if (program === undefined || SILENT.has(program)) return '';
  if (program === 'cat' && args.length === 0 && document !== undefined) return document;
  if (program === 'printf') return printed(args);
  if (program !== 'echo') return '\0\n';
  const first = args.findIndex((arg) => !/^-[neE]+$/.test(arg));
  const options = (first < 0 ? args : args.slice(0, first)).join('');
  const text = (first < 0 ? [] : args.slice(first)).join(' ');
  return (options.includes('e') ? unescaped(text) : text) + (options.includes('n') ? '' : '\n');
}

function printed([format = '', ...values]: readonly string[]): string {
  if (format.startsWith('-')) return '\0\n';
  let next = 0;
  const text = unescaped(format).replaceAll(/%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))/g, (_, type: string | undefined) =>
    type === undefined ? '%' : type === 's' ? (values[next++] ?? '') : `\0${values[next++] ?? ''}\0`,
  );
  // With more values than it names, the format is used again.
  return next < values.length ? '\0\n' : text;
}

function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

/** The names in lines `name=value` and `name<<DELIMITER`, as the runner reads the file; undefined where a line may be anything. */
function namesIn(written: string): string[] | undefined {
  const names: string[] = [];
  let delimiter: string | undefined;
  for (const line of written.split('\n')) {
    if (delimiter !== undefined) {
      if (line === delimiter) delimiter = undefined;
      continue;
    }
    if (line.trim() === '') continue;
    const separator = /=|<</.exec(line);
    const name = separator === null ? '' : line.slice(0, separator.index).trim();
    if (name === '' || name.includes('\0')) return undefined;
    names.push(name);
    if (separator?.[0] === '<<') delimiter = line.slice(separator.index + 2);
  }
  return delimiter === undefined ? names : undefined;
}
