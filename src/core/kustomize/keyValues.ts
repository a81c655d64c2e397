/** Keys and values of generators: `envs`, `literals` and `files` (api/kv/kv.go, api/internal/generators/utils.go). Every value keeps the place where it is written. */
import type { RepositoryFile } from '../repository/files.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { scalarField, scalarsField } from './foldKeys.ts';
import type { Loader } from './step.ts';

export interface KeyValues {
  readonly values: ReadonlyMap<string, ScalarNode>;
  /** Keys whose values are not text. */
  readonly binary: ReadonlySet<string>;
  /** Why a value is not known, as a clause; '' where all are. */
  readonly doubt: string;
}

export function keyValuesOf(entry: MapNode, loader: Loader): KeyValues {
  const values = new Map<string, ScalarNode>();
  const binary = new Set<string>();
  let doubt = '';
  const put = (key: string, value: ScalarNode, at: ScalarNode) => {
    if (values.has(key) || binary.has(key)) loader.fail(`a generator has the key ${key} twice (illegally repeats the key).`, at);
    values.set(key, value);
  };
  const single = scalarField(entry, 'env');
  for (const env of [...scalarsField(entry, 'envs'), ...(single === undefined || single.text === '' ? [] : [single])]) {
    const file = loader.load(env.text, env, 'the env file');
    if (file?.unreadable === undefined) for (const [key, value] of file === undefined ? [] : envLines(file)) put(key, value, env);
    else if (file.isOnlyUnread) doubt ||= `${file.path} ${file.unreadable}`;
    else loader.fail(`${file.path} ${file.unreadable} (it has invalid utf8 bytes).`, env);
  }
  for (const literal of scalarsField(entry, 'literals')) {
    const equals = literal.text.indexOf('=');
    if (equals <= 0) loader.fail('an entry of literals has no key (expected key=value).', literal);
    else
      put(
        literal.text.slice(0, equals),
        { ...literal, text: unquote(literal.text.slice(equals + 1)), tag: '!!str', part: 'literal' },
        literal,
      );
  }
  for (const item of scalarsField(entry, 'files')) {
    const source = fileSource(item, loader);
    const file = source && loader.load(source.path, item, 'the file');
    if (source === undefined || file === undefined) continue;
    if (file.unreadable === undefined) put(source.key, wholeFile(file), item);
    else if (file.isOnlyUnread) doubt ||= `${file.path} ${file.unreadable}`;
    else binary.add(source.key);
  }
  return { values, binary, doubt };
}

function fileSource(item: ScalarNode, loader: Loader): { readonly key: string; readonly path: string } | undefined {
  const { text } = item;
  const [key = '', path, more] = text.split('=');
  if (path === undefined) return { key: text.replace(/\/+$/, '').replace(/^.*\//s, ''), path: text };
  if (more === undefined && key !== '' && path !== '') return { key, path };
  loader.fail(`${text} is no file of a generator (expected a path, or key=path).`, item);
  return undefined;
}

function unquote(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}

/** Longer lines end what Go's scanner reads. */
const MAX_LINE = 65_536;

function* envLines({ path, text }: RepositoryFile): Generator<[string, ScalarNode]> {
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.length >= MAX_LINE) return;
    const [, before = '', key = '', equals = '', value = ''] =
      /^(\uFEFF?\s*)([^#=][^=]*)(=?)(.*?)\r?$/s.exec(offset === 0 ? line : line.replace(/^\uFEFF/, '\u0001')) ?? [];
    if (key !== '') {
      const start = offset + before.length + key.length + equals.length;
      const source = { file: path, within: undefined };
      const name = equals === '' ? key.replace(/\r$/, '') : key;
      yield [
        name,
        {
          kind: 'scalar',
          text: value,
          style: 'plain',
          tag: '!!str',
          start,
          end: start + value.length,
          alias: false,
          source,
          part: 'literal',
        },
      ];
    }
    offset += line.length + 1;
  }
}

function wholeFile({ path, text }: RepositoryFile): ScalarNode {
  const source = { file: path, within: undefined };
  return {
    kind: 'scalar',
    text,
    style: 'literal',
    tag: '!!str',
    start: 0,
    end: text.length,
    alias: false,
    source,
    part: 'literal',
  };
}
