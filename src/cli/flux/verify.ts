/** `flux verify`: waits until a commit runs, in one cluster or in several at once. */
import { resolve } from 'node:path';
import { committedInventory } from '../../clients/committedInventory.ts';
import { Cluster } from '../../clients/cluster.ts';
import { loadKubeconfig } from '../../clients/cluster/kubeconfig.ts';
import { remoteBranchesWith, resolveCommit } from '../../clients/gitAncestry.ts';
import { KUSTOMIZE_GROUP } from '../../core/flux/kinds.ts';
import type { RolloutTarget } from '../../core/flux/rollout/step.ts';
import { rolloutTargets, targetsIn } from '../../core/flux/rollout/targets.ts';
import { imagesFor } from '../../workflows/bumpImage.ts';
import { InputError, openRepositories } from '../../workflows/openRepository.ts';
import { stepsText } from '../../workflows/progressText.ts';
import type { Verification, VerifyProgress } from '../../workflows/verifyRollout.ts';
import { verifyRollout } from '../../workflows/verifyRollout.ts';
import type { ExitCode } from '../command.ts';
import { note, parseArguments, positionals, print, printJson } from '../command.ts';
import { connect, interrupt, milliseconds, sentences } from './connect.ts';

interface Wanted {
  readonly folder: string | undefined;
  readonly place: string | undefined;
  readonly targets: readonly RolloutTarget[];
}

/** What came of it in one context; unknown: it cannot be asked, and the sentence says why. */
interface Result extends Pick<Verification, 'sentence' | 'lastLines'> {
  readonly context: string;
  readonly outcome: Verification['outcome'] | 'unknown';
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals: given } = parseArguments(args, {
    context: { type: 'string', multiple: true },
    image: { type: 'string', default: '' },
    environment: { type: 'string' },
    commit: { type: 'string' },
    kustomization: { type: 'string' },
    reconcile: { type: 'boolean', default: false },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [folder] = positionals(given, '[FOLDER]');
  const timeoutMilliseconds = milliseconds(values.timeout);
  const wanted = folder === undefined ? named(values) : await inRepository(folder, values);
  const contexts = [...new Set(values.context)];
  if (contexts.length === 0) throw new InputError('--context is missing. See flux --help.');
  await checkNames(contexts);
  const signal = interrupt();
  const verifyIn = async (context: string): Promise<object[]> => {
    using live = await connect(context, { namespaces: namespacesOf(wanted.targets), signal });
    return await Promise.all(
      targetsIn(live.tree, wanted.targets).map(async (target) => {
        const verification = await sentences(() =>
          verifyRollout(live, target, {
            signal,
            folder: wanted.folder,
            place: contexts.length > 1 ? context : (wanted.place ?? context),
            reconcile: values.reconcile,
            report: (progress) => note(`${context}: ${progressText(progress)}`),
            ...(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }),
          }),
        );
        return { context, kustomization: target.kustomization, commit: target.commit, image: target.image, ...verification };
      }),
    );
  };
  const verifyOne = (context: string) =>
    verifyIn(context).catch((error: unknown) => {
      if (contexts.length === 1 || !(error instanceof InputError)) throw error;
      // The others tell what is so all the same.
      return [{ context, outcome: 'unknown', sentence: `${context}: ${error.message}`, lastLines: [] }];
    });
  const results = (await Promise.all(contexts.map(verifyOne))).flat() as Result[];
  if (values.json === true) printJson(results);
  else for (const { sentence, lastLines } of results) print([sentence, ...lastLines.map((line) => `  ${line}`)].join('\n'));
  if (results.some(({ outcome }) => outcome === 'unknown')) return 2;
  return results.every(({ outcome }) => outcome === 'running') ? 0 : 1;
}

/** Before any of them is asked. @throws InputError where the kubeconfig does not have one */
async function checkNames(contexts: readonly string[]): Promise<void> {
  const kubeconfig = loadKubeconfig();
  await sentences(async () => {
    for (const context of contexts) new Cluster(kubeconfig, context)[Symbol.dispose]();
  });
}

/** @throws InputError */
function named({ kustomization = '', commit = '', image }: { kustomization?: string; commit?: string; image: string }): Wanted {
  const [, namespace, name] = /^(?:([^/]+)\/)?([^/]+)$/.exec(kustomization) ?? [];
  if (name === undefined || !/^[0-9a-f]{7,64}$/.test(commit))
    throw new InputError('FOLDER, or --kustomization NAMESPACE/NAME and --commit HASH are needed. See flux --help.');
  const reference = { group: KUSTOMIZE_GROUP, kind: 'Kustomization', namespace: namespace ?? 'flux-system', name };
  return {
    folder: undefined,
    place: undefined,
    targets: [{ kustomization: reference, commit, branches: undefined, image, workloads: [] }],
  };
}

/** @throws InputError */
async function inRepository(
  folder: string,
  { image, environment, commit: name = 'HEAD' }: { image: string; environment?: string; commit?: string },
): Promise<Wanted> {
  if (image === '' || environment === undefined) throw new InputError('--image and --environment are needed. See flux --help.');
  let isKnown = false;
  for (const { folder: root, repository, placement } of await openRepositories(folder)) {
    const commit = await resolveCommit(root, name);
    if (commit === undefined) continue;
    isKnown = true;
    // What is not committed, Flux cannot apply.
    const inventory = await committedInventory(root, commit, repository, placement.settings);
    const images = imagesFor(inventory, image, environment);
    if (images.length === 0) continue;
    const branches = await remoteBranchesWith(root, commit);
    const targets = rolloutTargets(images, commit, branches);
    if (targets.length > 0) return { folder: resolve(root), place: environment, targets };
    const why = images.find(({ usage }) => usage.status === 'unknown')?.usage.why;
    throw new InputError(why ?? `No Flux Kustomization of ${folder} deploys ${image} in ${environment}.`);
  }
  if (!isKnown) throw new InputError(`${name} is no commit of ${folder}. Name one with --commit.`);
  throw new InputError(`No container in ${environment} uses the image ${image} in ${name}. List the images with \`images\`.`);
}

function namespacesOf(targets: readonly RolloutTarget[]): string[] {
  const all = targets.flatMap(({ kustomization, workloads }) => [kustomization, ...workloads].map(({ namespace }) => namespace));
  return [...new Set(all)];
}

/** `fetched ✓ 4 s · applied ✓ 9 s · rolling out 1/2 · running – (ImagePullBackOff: ...)` */
function progressText(progress: VerifyProgress): string {
  if (progress.interruption !== undefined) return progress.interruption;
  const why = progress.steps.find(({ state }) => state !== 'done')?.why ?? '';
  return `${stepsText(progress)}${why === '' ? '' : ` (${why})`}`;
}
