import { CancellationError, Uri, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  bumpTargetsRequest,
  detailsRequest,
  planBumpRequest,
  tagsRequest,
  usagesAtRequest,
  type BumpPlan,
  type BumpTarget,
  type Place,
} from '../../protocol.ts';
import { applyPlan, untilUpToDate } from '../applyPlan.ts';
import { forMessage } from '../plainText.ts';
import { UserError } from '../showError.ts';
import { back } from '../steps.ts';
import { targetsAtCursor } from './atCursor.ts';
import { chooseTag, chooseTarget, confirmPlan, showRefusal, type Progress } from './bumpSteps.ts';

type Mode = 'owner' | 'override';

/** What may be known already: from a row, a link, or whoever calls the command. */
interface BumpArguments {
  readonly usage?: string | undefined;
  readonly tag?: string | undefined;
  /** A place in a file that stands for images, as the lens above it does. */
  readonly at?: Place | undefined;
}

/** Asks for image and tag as far as they are not known, shows what would change, and edits the file. Escape changes nothing. */
export async function bumpImage(client: LanguageClient, given: BumpArguments | Uri | undefined): Promise<void> {
  const args = given === undefined || given instanceof Uri ? {} : given;
  const { choices, fromCursor } = await findTargets(client, args);
  const known = choices.length === 1 ? choices[0] : undefined;
  const isTagKnown = args.tag !== undefined;
  const total = 1 + (known === undefined ? 1 : 0) + (isTagKnown ? 0 : 1);
  let target = known;
  let tag = args.tag;
  let mode: Mode = 'owner';

  for (;;) {
    if (target === undefined) {
      target = await chooseTarget(choices, fromCursor, { number: 1, total, canGoBack: false });
      continue;
    }
    if (tag === undefined) {
      const progress: Progress = { number: total - 1, total, canGoBack: known === undefined };
      const answer = await chooseTag(target, await client.sendRequest(tagsRequest, { usage: target.usage }), progress);
      if (answer === back) target = undefined;
      else tag = answer;
      continue;
    }
    const plan = await client.sendRequest(planBumpRequest, { usage: target.usage, tag, mode });
    if ('refusal' in plan) {
      if (isTagKnown) throw new UserError(plan.refusal);
      await showRefusal(target, tag, plan.refusal, { number: total, total, canGoBack: true });
      if (mode === 'override') mode = 'owner';
      else tag = undefined;
      continue;
    }
    const canGoBack: boolean = mode === 'override' || !isTagKnown || known === undefined;
    const answer = await confirmPlan(client, target, tag, mode, plan, { number: total, total, canGoBack });
    if (answer === 'apply') {
      if (await applyOrAgain(plan)) return;
    } else if (answer === 'override') mode = 'override';
    else if (mode === 'override') mode = 'owner';
    else if (isTagKnown) target = undefined;
    else tag = undefined;
  }
}

/** The images to choose from: one where it is known. */
async function findTargets(
  client: LanguageClient,
  { usage, at }: BumpArguments,
): Promise<{ choices: readonly BumpTarget[]; fromCursor: boolean }> {
  if (usage !== undefined) return { choices: [await targetOf(client, usage)], fromCursor: false };
  const atCursor = at === undefined ? await targetsAtCursor(client) : await client.sendRequest(usagesAtRequest, at);
  if (atCursor.length > 0) return { choices: atCursor, fromCursor: true };
  const choices = await client.sendRequest(bumpTargetsRequest);
  if (choices.length > 0) return { choices, fromCursor: false };
  throw new UserError(
    l10n.t('No image in this workspace has a tag that a file here decides. Open a folder with kustomization files.'),
  );
}

async function targetOf(client: LanguageClient, usage: string): Promise<BumpTarget> {
  const details = await client.sendRequest(detailsRequest, { usage });
  if (details === null) throw new UserError(l10n.t('This image is gone from the repository. Refresh the Applications view.'));
  const { application, environment, reference, parts } = details;
  const version = parts.filter(({ part }) => part !== 'name').map(({ text }) => text);
  return { usage, repository: '', application, environment, image: reference, tag: version.join('@'), detail: '' };
}

/** True when the plan was carried out; false to plan once more. @throws CancellationError when the person leaves it */
async function applyOrAgain(plan: BumpPlan): Promise<boolean> {
  const refusal = await applyPlan(plan);
  if (refusal === undefined) return true;
  const planAgain = l10n.t('Plan Again');
  if ((await window.showWarningMessage(forMessage(refusal), planAgain)) !== planAgain) throw new CancellationError();
  await untilUpToDate(plan);
  return false;
}
