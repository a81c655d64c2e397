/** Which Flux objects the user may change: asked when somebody looks at them, of all namespaces at once, and of one where that is not allowed. */
import pLimit from 'p-limit';
import { isAllowed } from '../../clients/cluster/accessReview.ts';
import type { Cluster } from '../../clients/cluster.ts';
import { keyOf } from '../../core/flux/kinds.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';

type Place = Pick<ObjectReference, 'group' | 'kind' | 'namespace'>;

/** In large clusters there are hundreds of namespaces. */
const AT_ONCE = 8;

export class Rights {
  private readonly cluster: Cluster;
  private readonly changed: () => void;
  private readonly asked = new Map<string, Promise<boolean>>();
  private readonly answers = new Map<string, boolean>();
  private readonly limit = pLimit(AT_ONCE);

  /** `changed` is told when `mayChange` or `areNone` may have another answer. */
  constructor(cluster: Cluster, changed: () => void) {
    this.cluster = cluster;
    this.changed = changed;
  }

  /** False until the cluster has answered, which it is asked for here. */
  mayChange(place: Place): boolean {
    const known = [this.answers.get(idOf({ ...place, namespace: '' })), this.answers.get(idOf(place))];
    // Where it does not answer, it is asked again by whoever looks next.
    if (!known.includes(true) && known.includes(undefined)) this.ask(place).catch(() => undefined);
    return known.includes(true);
  }

  /** What the cluster says. @throws ClusterError */
  async ask(place: Place): Promise<boolean> {
    return (await this.question({ ...place, namespace: '' })) || (await this.question(place));
  }

  /** Whether all that was asked has been refused. */
  get areNone(): boolean {
    return this.asked.size === this.answers.size && ![...this.answers.values()].includes(true);
  }

  private question(place: Place): Promise<boolean> {
    const id = idOf(place);
    const before = this.asked.get(id);
    if (before !== undefined) return before;
    const answer = this.answer(id, place);
    this.asked.set(id, answer);
    return answer;
  }

  private async answer(id: string, place: Place): Promise<boolean> {
    try {
      const allowed = await this.limit(() => isAllowed(this.cluster, 'patch', { ...place, name: '' }));
      this.answers.set(id, allowed);
      this.changed();
      return allowed;
    } catch (error) {
      this.asked.delete(id);
      throw error;
    }
  }
}

function idOf({ group, kind, namespace }: Place): string {
  return `${keyOf(group, kind)} ${namespace}`;
}
