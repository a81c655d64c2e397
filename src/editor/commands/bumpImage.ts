import { Uri, l10n, window, workspace, type CancellationToken } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { planBumpRequest, tagsRequest, type BumpTarget, type Place } from '../../protocol.ts';
import { builtRequest, registryTagsRequest } from '../../protocol/registry.ts';
import { forMessage } from '../plainText.ts';
import { landChange } from '../landChange.ts';
import { readSetting } from '../settings.ts';
import { UserError } from '../showError.ts';
import { back } from '../steps.ts';
import { withSteps } from '../withSteps.ts';
import {
  askRegistry,
  chooseTag,
  chooseTarget,
  confirmPlan,
  showRefusal,
  type BuiltTags,
  type OfferedTags,
  type Progress,
} from './bumpSteps.ts';
import { findTargets } from './findTargets.ts';
import { placeName } from './planItems.ts';

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
  let offered: OfferedTags | undefined;
  let built = builtTags(client, known);

  for (;;) {
    if (target === undefined) {
      target = await chooseTarget(l10n.t('Bump Image Tag'), choices, fromCursor, { number: 1, total, canGoBack: false });
      built = builtTags(client, target);
      continue;
    }
    if (tag === undefined) {
      const progress: Progress = { number: total - 1, total, canGoBack: known === undefined };
      offered ??= await tagsOf(client, target);
      const answer = await chooseTag(target, offered, built, progress);
      if (answer === askRegistry) offered = await withRegistry(client, target, offered);
      else if (answer === back) [target, offered] = [undefined, undefined];
      else tag = answer;
      continue;
    }
    const plan = await client.sendRequest(planBumpRequest, { usage: target.usage, tag, mode });
    if ('refusal' in plan) {
      if (isTagKnown) throw new UserError(plan.refusal);
      await showRefusal(l10n.t('Bump {0} to {1}', placeName(target.application, target.environment), tag), plan.refusal, {
        number: total,
        total,
        canGoBack: true,
      });
      if (mode === 'override') mode = 'owner';
      else tag = undefined;
      continue;
    }
    const canGoBack: boolean = mode === 'override' || !isTagKnown || known === undefined;
    const answer = await confirmPlan(client, target, tag, mode, plan, { number: total, total, canGoBack });
    if (answer === 'override') mode = 'override';
    else if (answer !== back) {
      if (await landChange(client, plan, answer)) return;
    } else if (mode === 'override') mode = 'owner';
    else if (isTagKnown) target = undefined;
    else tag = undefined;
  }
}

function builtTags(client: LanguageClient, target: BumpTarget | undefined): BuiltTags {
  const ask = async (tag: string, token: CancellationToken) =>
    target === undefined ? '' : (await client.sendRequest(builtRequest, { usage: target.usage, tag }, token)).words;
  return { known: new Map(), ask };
}

/** What the repository has seen, with the tags of the registry where the setting allows to ask it. */
async function tagsOf(client: LanguageClient, target: BumpTarget): Promise<OfferedTags> {
  const candidates = await client.sendRequest(tagsRequest, { usage: target.usage });
  const offered: OfferedTags = { candidates, registry: target.registry === '' || !workspace.isTrusted ? 'none' : 'not-asked' };
  return offered.registry === 'not-asked' && readSetting('registry.enabled')
    ? await withRegistry(client, target, offered)
    : offered;
}

/** The tags of the registry too; the same as before where it does not give them, which is told. */
async function withRegistry(client: LanguageClient, { usage, registry }: BumpTarget, offered: OfferedTags): Promise<OfferedTags> {
  const found = await withSteps(client, l10n.t('Asking {0} for tags', registry), (_, token) =>
    client.sendRequest(registryTagsRequest, { usage }, token),
  );
  if (!('refusal' in found)) return { candidates: found.candidates, registry: found.isComplete ? 'complete' : 'asked' };
  void window.showWarningMessage(forMessage(found.refusal));
  return { ...offered, registry: 'none' };
}
