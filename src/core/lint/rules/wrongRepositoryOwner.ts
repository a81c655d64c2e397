/**
 * 5 `wrong-repository-owner`: the same image under another owner or registry, or a workflow that works on this repository under another owner: a name that was
 * copied from somewhere else.
 */
import { parseNormalizedReference, isReferenceProblem, shortName } from '../../oci/imageReference.ts';
import type { PlacedImage } from '../../inventory/inventory.ts';
import { deadEntries } from '../deadEntries.ts';
import { deadFinding, useName, whereDead } from '../deadFinding.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { groupBy } from '../../text/groupBy.ts';
import { strangeRepositories } from '../strangeRepositories.ts';

export const wrongRepositoryOwner: Rule = {
  code: 'wrong-repository-owner',
  severity: 'warning',
  summary: 'An image, or this repository itself, is named with another owner.',
  *check(input) {
    for (const dead of deadEntries(input.repository)) {
      if (dead.cause !== 'owner') continue;
      const other =
        dead.image === undefined ? 'images of that name have other owners there' : `it is "${dead.image.state.name.text}" there`;
      const message = `No container in ${whereDead(input, dead)} uses the image "${dead.name}", so this entry does nothing; ${other}.`;
      yield deadFinding(input, dead, message, useName(input, dead, dead.image, 'replace-name'));
    }
    yield* strangeOwners(input);
    yield* strangeRepositories(input);
  },
};

/** Images whose owner is not that of the Git remote, where other images of the very same name and registry have that owner. */
function* strangeOwners(input: LintInput): Iterable<Finding> {
  const owners = new Set(
    (input.facts.remoteUrls ?? []).flatMap((url) => /[/:]([^/:]+)\/[^/]+?(?:\.git)?\/?$/.exec(url)?.[1]?.toLowerCase() ?? []),
  );
  if (owners.size === 0) return;
  const named = input.inventory.images.filter(({ usage }) => usage.status === 'exact' && usage.name.includes('/'));
  for (const images of groupBy(named, ({ usage }) => shortName(usage.name)).values()) {
    const own = images.find(({ usage }) => owners.has(partsOf(usage.name).owner));
    if (own === undefined) continue;
    const home = partsOf(own.usage.name);
    const strangers = images.filter(({ usage }) => isStranger(partsOf(usage.name), home));
    for (const [scalar, members] of groupBy(strangers, ({ usage }) => usage.nameOwner?.scalar)) {
      const [first] = members;
      // A mirror is meant: somebody renamed the image on purpose.
      if (scalar === undefined || first?.usage.nameOwner?.entry?.newName === scalar) continue;
      if (first !== undefined) yield stranger(input, first, own);
    }
  }
}

interface NameParts {
  readonly domain: string;
  readonly owner: string;
  readonly depth: number;
}

function isStranger({ domain, owner, depth }: NameParts, home: NameParts): boolean {
  return domain === home.domain && depth === home.depth && owner !== home.owner;
}

function partsOf(name: string): NameParts {
  const parsed = parseNormalizedReference(name);
  if (isReferenceProblem(parsed)) return { domain: '', owner: '', depth: 0 };
  const path = parsed.path.split('/');
  return { domain: parsed.domain, owner: path.length < 2 ? '' : (path[0] ?? ''), depth: path.length };
}

function stranger({ repository }: LintInput, { usage, environment }: PlacedImage, own: PlacedImage): Finding {
  const { nameOwner } = usage;
  const where = environment === '' ? 'Here' : environment;
  const related = own.usage.nameOwner;
  return {
    message: `${where} runs "${usage.name}", and elsewhere in this repository the image is "${own.usage.name}", of the owner of this repository.`,
    place: nameOwner === undefined ? { file: '', start: 0, end: 0 } : placeOfOwner(repository, nameOwner),
    related:
      related === undefined ? [] : [{ place: placeOfOwner(repository, related), message: `the image is ${own.usage.name} here` }],
    usages: [usage],
  };
}
