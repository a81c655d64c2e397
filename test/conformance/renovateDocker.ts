/** Renovate's `docker` versioning as image-semantics.md D.1 describes it: what the cases compare our order with. */

interface DockerVersion {
  readonly numbers: readonly number[];
  readonly prerelease: string;
  readonly suffix: string;
}

export function parseDockerVersion(tag: string): DockerVersion | undefined {
  if (/^[a-f0-9]{7,40}$/.test(tag) && !/^\d+$/.test(tag)) return undefined;
  const dash = tag.indexOf('-');
  const prefix = (dash < 0 ? tag : tag.slice(0, dash)).replace(/^v/, '');
  const [matched, core = '', prerelease = ''] = /^(\d+(?:\.\d+)*)(\w*)$/.exec(prefix) ?? [];
  if (matched === undefined) return undefined;
  return { numbers: core.split('.').map(Number), prerelease, suffix: dash < 0 ? '' : tag.slice(dash + 1) };
}

/** Positive where `a` is greater. The shorter of two versions with equal parts is greater; then the suffix in reverse alphabet. */
export function compareDockerTags(a: string, b: string): number {
  const [first, second] = [parseDockerVersion(a), parseDockerVersion(b)];
  if (first === undefined || second === undefined) return first === second ? 0 : first === undefined ? -1 : 1;
  for (let index = 0; index < Math.max(first.numbers.length, second.numbers.length); index++) {
    const [own, other] = [first.numbers[index], second.numbers[index]];
    if (own === other) continue;
    if (own === undefined || other === undefined) return own === undefined ? 1 : -1;
    return own - other;
  }
  if (first.prerelease !== second.prerelease) {
    if (first.prerelease === '' || second.prerelease === '') return first.prerelease === '' ? 1 : -1;
    return first.prerelease.localeCompare(second.prerelease, undefined, { numeric: true });
  }
  return second.suffix.localeCompare(first.suffix);
}

export function areDockerTagsCompatible(tag: string, current: string): boolean {
  const [first, second] = [parseDockerVersion(tag), parseDockerVersion(current)];
  return (
    first !== undefined &&
    second !== undefined &&
    first.suffix === second.suffix &&
    first.numbers.length === second.numbers.length
  );
}

/** How the cases put it: `invalid`, `incompatible`, or the order. */
export function dockerOrder(a: string, b: string): string {
  if (parseDockerVersion(a) === undefined || parseDockerVersion(b) === undefined) return 'invalid';
  if (!areDockerTagsCompatible(a, b)) return 'incompatible';
  const order = compareDockerTags(a, b);
  return order === 0 ? 'equal' : order > 0 ? 'newer' : 'older';
}
