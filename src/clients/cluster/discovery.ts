/** Which kinds a cluster serves, in which versions. Every group is asked for once, when somebody needs it. */
import { listIn, textIn, valueAt } from '../../core/kubernetes/liveObject.ts';
import type { Resource } from '../../core/kubernetes/resource.ts';
import type { Connection } from './connection.ts';
import { ApiError } from './errors.ts';

export class Discovery {
  private readonly connection: Connection;
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** The kind in exactly this version; undefined where the cluster does not serve it. */
  async resource(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Resource | undefined> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = listIn(await this.ask(path, signal), 'resources');
    const found = list.find((one) => textIn(one, 'kind') === kind && !textIn(one, 'name').includes('/'));
    if (found === undefined) return undefined;
    return { apiVersion, kind, plural: textIn(found, 'name'), namespaced: valueAt(found, 'namespaced') === true };
  }

  /** The versions of a group, the one that the cluster prefers first. Empty where the group is not installed. */
  async versions(group: string, signal?: AbortSignal): Promise<string[]> {
    const answer = await this.ask(`/apis/${group}`, signal);
    const preferred = textIn(answer, 'preferredVersion', 'version');
    const all = listIn(answer, 'versions').map((one) => textIn(one, 'version'));
    return [...(preferred === '' ? [] : [preferred]), ...all.filter((version) => version !== preferred)];
  }

  /** The kind in the version of its group that the cluster prefers, or in the next one that has it. */
  async kind(group: string, kind: string, signal?: AbortSignal): Promise<Resource | undefined> {
    for (const version of await this.versions(group, signal)) {
      const resource = await this.resource(`${group}/${version}`, kind, signal);
      if (resource !== undefined) return resource;
    }
    return undefined;
  }

  /** Custom resources may have been installed since. */
  forget(): void {
    this.answers.clear();
  }

  private ask(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    let answer = this.answers.get(path);
    if (answer === undefined) {
      answer = this.connection.json({ path, signal }).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return undefined;
        this.answers.delete(path);
        throw error;
      });
      this.answers.set(path, answer);
    }
    return answer;
  }
}
