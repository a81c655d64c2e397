/** `flux`: what a cluster says, what Flux is asked to do, and whether a commit has arrived. */
import { InputError } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';

/** The Kubernetes client needs what this Node has. */
const NEEDED = [22, 19] as const;

const verbs: Readonly<Record<string, () => Promise<{ run: Command['run'] }>>> = {
  status: async () => await import('./flux/status.ts'),
  reconcile: async () => await import('./flux/reconcile.ts'),
  verify: async () => await import('./flux/verify.ts'),
};

export const flux: Command = {
  usage: 'status|reconcile|verify ... --context CONTEXT [--json]',
  summary: 'shows Flux in a cluster, asks it to reconcile, and verifies that a commit runs; exit code 1 where something fails',
  details: [
    'flux status --context C [--failing]                 what Flux has applied, and how it is',
    'flux reconcile KIND NAME --context C [--with-source]  waits until Flux has done it, and says what came of it',
    'flux verify FOLDER --context C --image IMAGE --environment ENVIRONMENT',
    'flux verify --context C --kustomization NAMESPACE/NAME --commit COMMIT [--image REFERENCE]',
    '                           waits until the commit is fetched and applied, and the image runs',
    '--context CONTEXT          of the kubeconfig (KUBECONFIG, or ~/.kube/config); it is never changed. `verify` takes several',
    '--failing                  only what fails, and what is above it',
    '--namespace NAMESPACE      of the object to reconcile; flux-system unless told',
    '--with-source              fetches the source of the object first',
    '--image IMAGE              name of the image, its last component, or the application; without FOLDER the whole reference',
    '--environment ENVIRONMENT  as `images` lists it',
    '--commit COMMIT            HEAD of FOLDER unless told',
    '--reconcile                asks Flux to look now, instead of at its next interval',
    '--timeout SECONDS          300 for `reconcile`, 600 for `verify` unless told',
    '--json                     prints the result for programs; progress goes to the error output',
  ],
  async run([verb = '', ...args]) {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]))
      throw new InputError(`flux needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}.`);
    const load = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (load === undefined)
      throw new InputError(`${verb === '' ? 'A verb' : verb} is missing or no verb of flux. See flux --help.`);
    try {
      return await (await load()).run(args);
    } catch (error) {
      // Ctrl+C: whoever cancels knows that.
      if (error instanceof Error && error.name === 'AbortError') return 2;
      throw error;
    }
  },
};
