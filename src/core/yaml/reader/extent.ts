/** How large and how deep a document is with its aliases followed, and what its anchors stand for. */
import type { YamlNode } from '../node.ts';
import { YamlError } from './token.ts';

/** Deeper trees are not read: no manifest is that deep, and walking them would exhaust the stack. */
const MAX_DEPTH = 1_000;
/** Nodes that a text may have when its aliases are followed, beyond one for each character: aliases of aliases can stand for billions. */
const MAX_ALIASED = 500_000;

interface Anchored {
  /** undefined while the node is being read: an alias there would contain itself. */
  node: YamlNode | undefined;
  /** Nodes in it, aliases followed. */
  nodes: number;
  height: number;
}

export class Extent {
  /** Nodes so far. */
  nodes = 0;
  private deepest = 0;
  private readonly anchors = new Map<string, Anchored>();

  clear(): void {
    this.nodes = this.deepest = 0;
    this.anchors.clear();
  }

  /** @throws YamlError */
  enter(depth: number, offset: number): void {
    if (depth <= this.deepest) return;
    this.deepest = depth;
    if (depth > MAX_DEPTH) throw new YamlError(`is nested in more than ${String(MAX_DEPTH)} levels`, offset, true);
  }

  /** The node that `read` reads, under the name of an anchor. */
  anchor(name: string, depth: number, read: () => YamlNode): YamlNode {
    const anchored: Anchored = { node: undefined, nodes: this.nodes, height: 0 };
    this.anchors.set(name, anchored);
    const { deepest } = this;
    this.deepest = depth;
    anchored.node = read();
    anchored.nodes = this.nodes - anchored.nodes;
    anchored.height = this.deepest - depth;
    this.deepest = Math.max(deepest, this.deepest);
    return anchored.node;
  }

  /** The node that an alias stands for. @throws YamlError */
  alias(name: string, offset: number, depth: number, textLength: number): YamlNode {
    const anchored = this.anchors.get(name);
    if (anchored === undefined) throw new YamlError('a value that starts with * names no anchor', offset);
    const { node, nodes, height } = anchored;
    if (node === undefined) throw new YamlError('an anchor contains itself', offset);
    this.nodes += nodes;
    this.deepest = Math.max(this.deepest, depth + height);
    if (this.nodes > MAX_ALIASED + textLength || this.deepest > MAX_DEPTH)
      throw new YamlError('contains too many aliases of aliases', offset, true);
    return node;
  }
}
