import type { Resource } from './resource.ts';

/** The identities of the objects of a build: kustomize refuses a second object of the same one. */
export class Identities {
  private readonly known = new Set<string>();

  /** The objects that are new here; `refuse` hears of each of the others. */
  admit(added: readonly Resource[], refuse: (resource: Resource) => void): readonly Resource[] {
    const fresh = added.filter((resource) => {
      if (this.isNew(resource)) return true;
      refuse(resource);
      return false;
    });
    return fresh.length === added.length ? added : fresh;
  }

  addAll(other: Identities): void {
    for (const identity of other.known) this.known.add(identity);
  }

  private isNew({ apiVersion, kind, namespace, name, file, declared }: Resource): boolean {
    // Generated objects may merge with others.
    if (declared || file === '' || name === '') return true;
    const identity = `${apiVersion} ${kind} ${namespace || 'default'} ${name}`;
    if (this.known.has(identity)) return false;
    this.known.add(identity);
    return true;
  }
}
