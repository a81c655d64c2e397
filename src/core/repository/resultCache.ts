/** What a result depends on: every path that was looked at; a directory whose listing counts ends in a slash. */
interface Result {
  readonly used: ReadonlySet<string>;
}

/** Keys by path. Only ever grows, so that all copies can share it: a key in it may depend on the path, one that is not in it does not. */
interface Dependents {
  readonly byPath: Map<string, Set<string>>;
  /** Results that are not in `byPath` yet: they are put there when somebody asks. */
  readonly pending: [key: string, used: ReadonlySet<string>][];
}

/** Results by key that can be copied without those that depend on some paths, in the time that these few take. */
export class ResultCache<T extends Result> {
  private readonly results: Map<string, T>;
  private readonly dependents: Dependents;

  constructor(results = new Map<string, T>(), dependents: Dependents = { byPath: new Map(), pending: [] }) {
    this.results = results;
    this.dependents = dependents;
  }

  get(key: string): T | undefined {
    return this.results.get(key);
  }

  set(key: string, result: T): void {
    this.results.set(key, result);
    this.dependents.pending.push([key, result.used]);
  }

  /** A copy without the results that depend on one of the paths, and without those that `drop` names. */
  without(paths: ReadonlySet<string>, drop?: (result: T) => boolean): ResultCache<T> {
    this.register();
    const results = new Map(this.results);
    for (const path of paths) {
      for (const key of this.dependents.byPath.get(path) ?? [])
        if (results.get(key)?.used.has(path) === true) results.delete(key);
    }
    if (drop !== undefined) for (const [key, result] of results) if (drop(result)) results.delete(key);
    return new ResultCache(results, this.dependents);
  }

  private register(): void {
    const { byPath, pending } = this.dependents;
    for (const [key, used] of pending) {
      for (const path of used) {
        const keys = byPath.get(path);
        if (keys === undefined) byPath.set(path, new Set([key]));
        else keys.add(key);
      }
    }
    pending.length = 0;
  }
}
