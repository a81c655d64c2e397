/**
 * Versions and ranges as Masterminds/semver v3 reads them, which Flux uses for ImagePolicy. npm `semver` differs: it rejects leading zeros,
 * has no `,` and takes a prerelease only for the same version tuple; here one prerelease bound opens the whole group.
 */

export interface SemanticVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without the dash; '' for a release. */
  readonly prerelease: string;
}

interface Constraint {
  readonly operator: string;
  readonly version: SemanticVersion;
  /** A part is missing or a wildcard. */
  readonly dirty: boolean;
  readonly minorDirty: boolean;
  readonly patchDirty: boolean;
}

/** A parsed range: any of the groups, each of which asks for all of its constraints. */
export type SemverRange = readonly (readonly Constraint[])[];

const SUFFIX = '(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?';
const VERSION = new RegExp(`^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?${SUFFIX}$`);
const RANGE_VERSION = `v?([0-9|xX*]+)(?:\\.([0-9|xX*]+))?(?:\\.([0-9|xX*]+))?${SUFFIX}`;
const OPERATOR = '!=|>=|=>|<=|=<|~>|=|>|<|~|\\^|';
const CONSTRAINT = new RegExp(`^\\s*(${OPERATOR})\\s*${RANGE_VERSION}(?=\\s|,|$)`);
const HYPHEN = /\s*(v?[0-9|xX*][^\s,]*)\s+-\s+(v?[0-9|xX*][^\s,]*)\s*/g;
const MAX_UINT64 = 2n ** 64n - 1n;

/** As Masterminds `NewVersion`: a `v`, leading zeros and missing parts are fine. undefined for anything else. */
export function parseVersion(text: string): SemanticVersion | undefined {
  const [whole, major = '0', minor = '0', patch = '0', prerelease = ''] = VERSION.exec(text) ?? [];
  if (whole === undefined || prerelease.split('.').some((part) => /^0\d+$/.test(part))) return undefined;
  const version = { major: BigInt(major), minor: BigInt(minor), patch: BigInt(patch), prerelease };
  return version.major > MAX_UINT64 || version.minor > MAX_UINT64 || version.patch > MAX_UINT64 ? undefined : version;
}

/** As fluxcd/pkg/version `ParseVersion`: all three parts must be written. */
export function parseFluxVersion(text: string): SemanticVersion | undefined {
  return text.split('.').length < 3 ? undefined : parseVersion(text);
}

/** Negative, zero or positive. Build metadata does not count; rc9 is after rc10, because alphanumeric identifiers compare by ASCII. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (const part of ['major', 'minor', 'patch'] as const) if (a[part] !== b[part]) return a[part] > b[part] ? 1 : -1;
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '' || b.prerelease === '') return a.prerelease === '' ? 1 : -1;
  const [first, second] = [a.prerelease.split('.'), b.prerelease.split('.')];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const result = compareIdentifiers(first[index], second[index]);
    if (result !== 0) return result;
  }
  return 0;
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [aNumeric, bNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumeric && bNumeric) return BigInt(a) > BigInt(b) ? 1 : -1;
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a > b ? 1 : -1;
}

/** undefined for what Masterminds refuses as an improper constraint. */
export function parseRange(text: string): SemverRange | undefined {
  const groups: Constraint[][] = [];
  for (const group of text.replace(HYPHEN, '>= $1, <= $2 ').split('||')) {
    const constraints = parseGroup(group);
    if (constraints === undefined) return undefined;
    groups.push(constraints);
  }
  return groups;
}

function parseGroup(text: string): Constraint[] | undefined {
  const constraints: Constraint[] = [];
  let left = text;
  do {
    const matched = CONSTRAINT.exec(left);
    const constraint = matched === null ? undefined : toConstraint(matched);
    if (matched === null || constraint === undefined) return undefined;
    constraints.push(constraint);
    left = left.slice(matched[0].length).replace(/^\s*,(?=\s*\S)/, '');
  } while (left.trim() !== '');
  return constraints;
}

function toConstraint([, operator = '', major = '', minor = '', patch = '', prerelease = '']: RegExpExecArray):
  Constraint | undefined {
  const isOpen = (part: string): boolean => part === '' || part === 'x' || part === 'X' || part === '*';
  const suffix = prerelease === '' ? '' : `-${prerelease}`;
  const build = (core: string, minorDirty: boolean, patchDirty: boolean, dirty: boolean): Constraint | undefined => {
    const version = parseVersion(core + suffix);
    return version === undefined ? undefined : { operator, version, dirty, minorDirty, patchDirty };
  };
  if (isOpen(major)) return build('0.0.0', false, false, true);
  if (isOpen(minor)) return build(`${major}.0.0`, true, false, true);
  if (isOpen(patch)) return build(`${major}.${minor}.0`, false, true, true);
  return build(`${major}.${minor}.${patch}`, false, false, false);
}

export function satisfies(version: SemanticVersion, range: SemverRange): boolean {
  return range.some((group) => {
    const takesPrereleases = group.some((constraint) => constraint.version.prerelease !== '');
    return (version.prerelease === '' || takesPrereleases) && group.every((constraint) => meets(version, constraint));
  });
}

function meets(version: SemanticVersion, constraint: Constraint): boolean {
  const order = compareVersions(version, constraint.version);
  const sameMajor = version.major === constraint.version.major;
  const sameMinor = version.minor === constraint.version.minor;
  switch (constraint.operator) {
    case '!=':
      return constraint.dirty ? !meetsAllWritten(version, constraint) : order !== 0;
    case '>':
      if (!constraint.dirty || !sameMajor) return order > 0;
      if (constraint.minorDirty) return false;
      return constraint.patchDirty ? version.minor > constraint.version.minor : order > 0;
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      if (!constraint.dirty) return order <= 0;
      return (
        version.major < constraint.version.major ||
        (sameMajor && (constraint.minorDirty || version.minor <= constraint.version.minor))
      );
    case '^':
      return order >= 0 && meetsCaret(version, constraint);
    case '~':
    case '~>':
      return meetsTilde(version, constraint, order);
    default:
      return constraint.dirty ? meetsTilde(version, constraint, order) : order === 0;
  }

  function meetsAllWritten(candidate: SemanticVersion, { version: wanted, minorDirty, patchDirty }: Constraint): boolean {
    if (!sameMajor) return false;
    if (minorDirty) return true;
    if (!sameMinor) return false;
    // For `!= 1.2.x` a prerelease is only excluded by the same prerelease.
    return patchDirty ? candidate.prerelease === wanted.prerelease : order === 0;
  }
}

function meetsTilde(version: SemanticVersion, { version: wanted, minorDirty, patchDirty }: Constraint, order: number): boolean {
  if (order < 0) return false;
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && !minorDirty && !patchDirty) return true;
  return version.major === wanted.major && (minorDirty || version.minor === wanted.minor);
}

function meetsCaret(version: SemanticVersion, { version: wanted, minorDirty, patchDirty }: Constraint): boolean {
  if (wanted.major > 0n || minorDirty) return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || patchDirty) return version.minor === wanted.minor;
  return version.minor === 0n && version.patch === wanted.patch;
}
