/**
 * What kind of version a tag is. Two tags have an order only within one family: same component prefix, same shape of number, same variant
 * (image-semantics.md D.2). Anything doubtful is put where nothing compares with it.
 */

/** What comes after the version numbers, in the order in which it decides. */
export interface TagRest {
  /** Words and numbers of a prerelease such as rc.10; undefined for a release. */
  readonly prerelease: readonly (string | number)[] | undefined;
  /** Commits after the tag, from `git describe` (1.2.3-5-gabc1234); 0 at the tag. */
  readonly commits: number;
  /** Packaging revision (1.2.3-4, 1.2.3-r4); -1 for none. */
  readonly revision: number;
  /** Build metadata, without order. '' for none. */
  readonly build: string;
  /** Short commit hash, without order. '' for none. */
  readonly hash: string;
}

export type TagScheme =
  | {
      /** `date` has year, month, day and perhaps hour, minute, second, fraction as numbers; `time` a single count of time. */
      readonly kind: 'version' | 'date' | 'time' | 'number';
      /** Tags with equal families compare. */
      readonly family: string;
      /** Most significant first; never empty. */
      readonly numbers: readonly bigint[];
      readonly rest: TagRest;
      /** Written with a `v` before the numbers. */
      readonly vPrefix: boolean;
      /** Name of a component before the numbers, lower-cased, with its separator: `backend-`; '' for none. */
      readonly prefix: string;
    }
  | { readonly kind: 'moving' | 'hash' | 'ambiguous' | 'opaque' };

const MOVING_NAMES: ReadonlySet<string> = new Set(
  (
    'latest main master trunk head dev develop development devel edge stable nightly canary snapshot unstable testing test next current ' +
    'release prod production staging stage qa uat preview beta alpha rc lts mainline rolling tip daily weekly local default'
  ).split(' '),
);
const PRERELEASE_WORDS: ReadonlySet<string> = new Set(
  'a b c alpha beta rc cr pre preview prerelease dev devel nightly snapshot canary milestone m ea next test'.split(' '),
);
const NO_REST: TagRest = { prerelease: undefined, commits: 0, revision: -1, build: '', hash: '' };
/** Longest text that can be a tag; longer ones are opaque. */
const MAX_TAG_LENGTH = 128;

const HEX = '[0-9a-f]{7,40}';
/** Segments such as `backend-`; as few as possible, and none with digits before a dot, so that `go1.21.3` is version 1.21.3. */
const PREFIX = '(?:[A-Za-z][A-Za-z0-9]*[-_/]|[A-Za-z]+\\.)*?';
const HASH = new RegExp(`^${HEX}$`);
const PREFIXED_HASH = new RegExp(`^(?:sha|git|commit)-${HEX}$`);
const BRANCH_HASH_TIME = new RegExp(`^(.+?)-(${HEX})-(\\d{8,14})$`);
const NUMBER_HASH = new RegExp(`^(v?)(\\d+)-(${HEX})$`);
const DATE = new RegExp(
  `^(${PREFIX}|[A-Za-z]*)(\\d{4})(-?)(\\d{2})\\3(\\d{2})(?:([T_.-]?)(\\d{2})[-:.]?(\\d{2})(?:[-:.]?(\\d{2})(?:\\.(\\d{1,9}))?)?(Z?))?(?=$|[-_+.])(.*)$`,
);
const VERSION = new RegExp(`^(${PREFIX}|[A-Za-z]{2,}?)(v?)(\\d+(?:\\.\\d+){1,3})(?!\\d|\\.\\d)(.*)$`, 'i');
const MAJOR_ONLY = new RegExp(`^(${PREFIX})(v?)(\\d+)((?:[-_+][A-Za-z].*)?)$`, 'i');
const PREFIXED_NUMBER = /^([A-Za-z].*?[-_./])(v?)(\d+)$/i;

export function classifyTag(text: string): TagScheme {
  const at = text.indexOf('@');
  const tag = at < 0 ? text : text.slice(0, at);
  if (tag === '' || tag.length > MAX_TAG_LENGTH) return { kind: 'opaque' };
  if (MOVING_NAMES.has(tag.toLowerCase())) return { kind: 'moving' };
  if (/^\d+$/.test(tag)) return number('', '', tag, NO_REST);
  if (HASH.test(tag) || PREFIXED_HASH.test(tag)) return { kind: 'hash' };
  const scheme =
    branchHashTime(tag) ??
    numberHash(tag) ??
    date(tag) ??
    version(tag, VERSION) ??
    prefixedNumber(tag) ??
    version(tag, MAJOR_ONLY);
  return scheme ?? { kind: 'opaque' };
}

/** True for a tag that is expected to move to another image, and for no tag at all (then `latest` is pulled). */
export function isMutableTag(tag: string): boolean {
  return tag === '' || MOVING_NAMES.has(tag.toLowerCase());
}

function branchHashTime(tag: string): TagScheme | undefined {
  const [, branch, hash, time] = BRANCH_HASH_TIME.exec(tag) ?? [];
  if (branch === undefined || hash === undefined || time === undefined || /^\d+$/.test(branch)) return undefined;
  const family = `branch ${branch} ${String(time.length)}`;
  return { kind: 'time', family, numbers: [BigInt(time)], rest: { ...NO_REST, hash }, vPrefix: false, prefix: '' };
}

function numberHash(tag: string): TagScheme | undefined {
  const [, v = '', digits, hash] = NUMBER_HASH.exec(tag) ?? [];
  if (digits === undefined || hash === undefined) return undefined;
  return number('hash', v, digits, { ...NO_REST, hash });
}

function date(tag: string, rest = ''): TagScheme | undefined {
  const matched = DATE.exec(tag);
  if (matched === null) return undefined;
  const [
    ,
    prefix = '',
    year = '',
    dash = '',
    month = '',
    day = '',
    separator = '',
    hour,
    minute,
    second,
    fraction,
    zone = '',
    after = '',
  ] = matched;
  const parsed = parseRest(after);
  if (parsed === undefined || !isCalendarDate(year, month, day)) return undefined;
  const parts = [year, month, day, hour, minute, second, fraction?.padEnd(9, '0')].filter((part) => part !== undefined);
  const vPrefix = prefix.toLowerCase() === 'v';
  const family = `date ${vPrefix ? '' : prefix.toLowerCase()} ${dash}${separator}${zone}${String(parts.length)} ${rest}${parsed.variant}`;
  return {
    kind: 'date',
    family,
    numbers: parts.map((part) => BigInt(part)),
    rest: parsed.rest,
    vPrefix,
    prefix: vPrefix ? '' : prefix.toLowerCase(),
  };
}

function version(tag: string, pattern: RegExp): TagScheme | undefined {
  const [, prefix = '', v = '', core, after = ''] = pattern.exec(tag) ?? [];
  if (core === undefined) return undefined;
  const parsed = parseRest(after);
  if (parsed === undefined) return undefined;
  const parts = core.split('.');
  if (parts.length === 1) return number(`${prefix.toLowerCase()} ${parsed.variant}`.trim(), v, core, parsed.rest);
  const family = `version ${prefix.toLowerCase()} ${String(parts.length)} ${parsed.variant}`;
  return {
    kind: 'version',
    family,
    numbers: parts.map((part) => BigInt(part)),
    rest: parsed.rest,
    vPrefix: v !== '',
    prefix: prefix.toLowerCase(),
  };
}

function prefixedNumber(tag: string): TagScheme | undefined {
  const [, prefix, v = '', digits] = PREFIXED_NUMBER.exec(tag) ?? [];
  return prefix === undefined || digits === undefined ? undefined : number(prefix.toLowerCase(), v, digits, NO_REST);
}

/** A single number: its length says whether it is a date, a time or a counter. */
function number(prefix: string, v: string, digits: string, rest: TagRest): TagScheme {
  const { length } = digits;
  // 7 digits are as likely a short commit hash.
  if (length === 7 && v === '' && rest.hash === '') return { kind: 'ambiguous' };
  if (length === 8 || length === 12 || length === 14) {
    const scheme = date(digits, prefix);
    return scheme === undefined || !('rest' in scheme) ? { kind: 'ambiguous' } : { ...scheme, rest, vPrefix: v !== '' };
  }
  const kind = length === 10 || length === 13 ? 'time' : 'number';
  const family = `${kind} ${prefix} ${kind === 'time' ? String(length) : ''}`;
  const component = /^[a-z][^ ]*[-_./]/.exec(prefix)?.[0] ?? '';
  return { kind, family, numbers: [BigInt(digits)], rest, vPrefix: v !== '', prefix: component };
}

function isCalendarDate(year: string, month: string, day: string): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return y >= 1970 && y < 2200 && m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

interface Rest {
  rest: TagRest;
  /** Text such as `alpine` that two tags must share. */
  variant: string;
}

const DESCRIBE = /^-(\d+)-g([0-9a-f]{4,40})(?=$|[-_+.])/;
const BUILD = /^[+_](.+)$/;
const PRERELEASE = /^[-.]?([A-Za-z]+)[-.]?((?:\d+(?:\.\d+)*)?)(?=$|[-_+.])/;
const REVISION = /^[-.]r?(?!\d{7}(?:$|[-_+]))(\d+)(?=$|[-_+])/;
const REST_HASH = /^-(?=[a-f]*\d)([0-9a-f]{7,40})(?=$|[-_+])/;
const VARIANT = /^[-.]([^-_+]+)/;

/** Reads what follows the numbers, part by part. undefined where it cannot follow a version. */
function parseRest(text: string): Rest | undefined {
  let left = text;
  let rest = NO_REST;
  let variant = '';
  while (left !== '') {
    const [part, read] = nextPart(left, rest, variant);
    if (part === '') return undefined;
    if (typeof read === 'string') variant += `-${read}`;
    else rest = read;
    left = left.slice(part.length);
  }
  return { rest, variant };
}

/** The first part of `text`, and the rest with it, or the variant word that it is. */
function nextPart(text: string, rest: TagRest, variant: string): readonly [part: string, read: TagRest | string] {
  const describe = DESCRIBE.exec(text);
  if (describe !== null) return [describe[0], { ...rest, commits: Number(describe[1]), hash: describe[2] ?? '' }];
  const build = BUILD.exec(text);
  if (build !== null) return [build[0], { ...rest, build: build[1] ?? '' }];
  const [prerelease = '', word = '', numbers = ''] = PRERELEASE.exec(text) ?? [];
  if (variant === '' && rest.prerelease === undefined && PRERELEASE_WORDS.has(word.toLowerCase()))
    return [prerelease, { ...rest, prerelease: [word.toLowerCase(), ...(numbers === '' ? [] : numbers.split('.').map(Number))] }];
  const revision = REVISION.exec(text);
  if (variant === '' && rest.revision < 0 && revision !== null) return [revision[0], { ...rest, revision: Number(revision[1]) }];
  const hash = REST_HASH.exec(text);
  if (hash !== null) return [hash[0], { ...rest, hash: hash[1] ?? '' }];
  const [other = '', otherWord = ''] = VARIANT.exec(text) ?? [];
  return [other, otherWord.toLowerCase()];
}
