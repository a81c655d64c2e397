import type { ScalarNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import type { StepContext } from './step.ts';
import { textFile } from './step.ts';

/**
 * Checks one entry of `crds:`, a file of OpenAPI definitions by type name (api/internal/accumulator/loadconfigfromcrds.go). What these say is about labels,
 * annotations and names, never about images. A CustomResourceDefinition is none.
 */
export function readCrds(reference: ScalarNode, context: StepContext): void {
  const file = textFile(context.load(reference.text, reference, 'the CRD file'), reference, context);
  if (file === undefined) return;
  const { root, problem } = file.first;
  const fail = (why: string) =>
    context.fail(
      `the CRD file ${file.path} holds no OpenAPI definitions (unable to parse open API definition): ${why}.`,
      reference,
    );
  if (file.text === '') fail('it is empty');
  else if (problem !== undefined) fail(problem.message);
  else if (root !== undefined && root.kind !== 'map') {
    if (root.kind === 'sequence' || !isNull(root)) fail('it is no mapping');
  } else
    for (const { key, value } of root?.entries.values() ?? [])
      if (value.kind !== 'map' && !(value.kind === 'scalar' && isNull(value))) {
        fail(`${key.text} is no mapping`);
        return;
      }
}
