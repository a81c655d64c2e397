/** What the aliases of a document stand for. */
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Scalar } from 'yaml';
import type { TextRange } from '../text/textEdit.ts';

/** The node that an alias stands for; the node itself for any other. undefined for an alias to nothing. */
export function dereference(document: Document, node: Node | null): Node | null | undefined {
  return isAlias(node) ? aliasTargets(document).get(node) : node;
}

const targetsByDocument = new WeakMap<Document, ReadonlyMap<Alias, Node>>();

/** What every alias of a document stands for: the last anchor of that name before it. One walk per document. */
function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const known = targetsByDocument.get(document);
  if (known !== undefined) return known;
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  const open: unknown[] = [document.contents];
  while (open.length > 0) {
    const node = open.pop();
    if (isPair(node)) open.push(node.value, node.key);
    else if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (!isScalar(node)) open.push(...node.items.toReversed());
    }
  }
  targetsByDocument.set(document, targets);
  return targets;
}

/** The aliases that stand for a scalar. */
export function aliasesOf(document: Document, scalar: Scalar): TextRange[] {
  return [...aliasTargets(document)]
    .filter(([, target]) => target === scalar)
    .flatMap(([{ range }]) => (range ? [{ start: range[0], end: range[1] }] : []));
}
