/** `flux status`: the tree of a cluster. */
import { parentOf } from '../../core/flux/parentOf.ts';
import { treeRows } from '../../core/flux/treeRows.ts';
import type { TreeRow } from '../../core/flux/treeRows.ts';
import { idOf } from '../../core/kubernetes/liveObject.ts';
import { InputError } from '../../workflows/openRepository.ts';
import type { ExitCode } from '../command.ts';
import { parseArguments, positionals, print, printJson, table } from '../command.ts';
import { connect, interrupt } from './connect.ts';

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals: given } = parseArguments(args, {
    context: { type: 'string' },
    failing: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  positionals(given);
  using live = await connect(values.context, { signal: interrupt() });
  const { tree, notices } = live;
  const rows = treeRows(tree, (node) => values.failing !== true || tree.isFailing(node));
  if (notices.length > 0 && tree.roots().length === 0)
    throw new InputError(`It is not known what Flux does in this cluster. ${notices[0] ?? ''}`);
  if (values.json === true)
    printJson({ context: values.context, complete: notices.length === 0, notices, objects: rows.map(jsonRow) });
  else
    print(`${textOf(rows, values.failing === true)}${notices.length === 0 ? '' : '\nIncomplete: not everything could be read.'}`);
  return rows.some(({ state }) => state === 'Failed') ? 1 : 0;
}

function textOf(rows: readonly TreeRow[], failing: boolean): string {
  if (rows.length === 0) return failing ? 'Nothing fails.' : 'Flux has nothing to do in this cluster.';
  // Pods say more than their workload only while it is not ready.
  const shown = rows.filter(({ node, state }) => node.reference.kind !== 'Pod' || state !== 'Ready');
  return table(shown.map(({ depth, name, state, text }) => [`${'  '.repeat(depth)}${name}`, state, text]));
}

function jsonRow({ node, depth }: TreeRow): object {
  const { reference, status, object, id } = node;
  const parent = object === undefined ? undefined : parentOf(object);
  return { id, ...reference, depth, parent: parent === undefined ? null : idOf(parent), ...(status ?? { state: null }) };
}
