/** `flux reconcile`: asks Flux to look at an object now, and waits for what comes of it. */
import { FLUX_KINDS } from '../../core/flux/kinds.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { InputError } from '../../workflows/openRepository.ts';
import { reconcileText } from '../../workflows/progressText.ts';
import { reconcile } from '../../workflows/reconcile.ts';
import type { ExitCode } from '../command.ts';
import { note, parseArguments, positionals, print, printJson } from '../command.ts';
import { connect, interrupt, milliseconds, sentences } from './connect.ts';

/** As the flux command line abbreviates them. */
const SHORT: Readonly<Record<string, string>> = {
  ks: 'Kustomization',
  hr: 'HelmRelease',
  git: 'GitRepository',
  oci: 'OCIRepository',
};

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals: given } = parseArguments(args, {
    context: { type: 'string' },
    namespace: { type: 'string', default: 'flux-system' },
    'with-source': { type: 'boolean', default: false },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [kind = '', name = ''] = positionals(given, 'KIND', 'NAME');
  const reference = { ...kindOf(kind), namespace: values.namespace, name };
  const timeoutMilliseconds = milliseconds(values.timeout);
  const signal = interrupt();
  using live = await connect(values.context, { kinds: FLUX_KINDS, namespaces: [values.namespace], signal });
  const outcome = await sentences(() =>
    reconcile(live, reference, {
      withSource: values['with-source'],
      signal,
      report: (progress) => note(reconcileText(progress)),
      ...(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }),
    }),
  );
  if (values.json === true) printJson({ context: live.cluster.context.name, object: reference, ...outcome });
  else print(outcome.sentence);
  return outcome.ok ? 0 : 1;
}

/** @throws InputError */
function kindOf(word: string): Pick<ObjectReference, 'group' | 'kind'> {
  const wanted = SHORT[word.toLowerCase()] ?? word;
  const found = FLUX_KINDS.find(({ kind }) => kind.toLowerCase() === wanted.toLowerCase());
  if (found === undefined)
    throw new InputError(
      `${word} is no kind that Flux reconciles. Choose one of ${FLUX_KINDS.map(({ kind }) => kind).join(', ')}.`,
    );
  return found;
}
