/**
 * Nodes that lie on a cycle, or between two of them, each with all nodes that it hangs together with, sorted. `edges` may lead to nodes that are no keys:
 * those count as leaves. The order of keys does not matter.
 */
export function cyclesAmong(edges: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const back = new Map<string, string[]>();
  for (const [from, targets] of edges) for (const to of targets) if (edges.has(to)) back.set(to, [...(back.get(to) ?? []), from]);
  const forward = (node: string) => edges.get(node) ?? [];
  const backward = (node: string) => back.get(node) ?? [];
  const left = new Set(edges.keys());
  peel(left, forward, backward);
  peel(left, backward, forward);
  const cycles = new Map<string, readonly string[]>();
  for (const start of left) {
    if (cycles.has(start)) continue;
    const members = new Set([start]);
    for (const node of members) for (const next of [...forward(node), ...backward(node)]) if (left.has(next)) members.add(next);
    const sorted = [...members].sort();
    for (const member of members) cycles.set(member, sorted);
  }
  return cycles;
}

/** Removes, again and again, the nodes from which nothing that is left can be reached in one step. */
function peel(left: Set<string>, next: (node: string) => readonly string[], previous: (node: string) => readonly string[]): void {
  const open = new Map<string, number>();
  const free: string[] = [];
  for (const node of left) {
    const count = next(node).filter((target) => left.has(target)).length;
    open.set(node, count);
    if (count === 0) free.push(node);
  }
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    left.delete(node);
    for (const before of previous(node)) {
      const count = (open.get(before) ?? 0) - 1;
      open.set(before, count);
      if (count === 0 && left.has(before)) free.push(before);
    }
  }
}
