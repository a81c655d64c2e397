import { posix } from 'node:path';
import type { Blame, BuildErrorContext } from './blame.ts';
import { describeRules } from './buildErrorRules.ts';
import type { BuildError, BuildStage } from './messages.ts';
import { virtualRoot } from './virtualFiles.ts';
import { withoutContents } from './withoutContents.ts';

/** Turns the engine's error into a sentence about the user's files. Never throws: unknown errors keep kustomize's words. */
export function describeBuildError(stage: BuildStage, error: string, context: BuildErrorContext): BuildError {
  const text = withRelativePaths(error, context.origins).trim();
  const folder = failingFolder(text) ?? context.directory;
  const locate = (path: string) => withRelativePaths(context.origins[`/artifact/${path}`] ?? path, {});
  const blame = describeRules(text, {
    ...context,
    folder,
    locate,
    kustomizationFile: kustomizationFileIn(folder, locate, context),
    reference: lastMatch(text, /accumulating resources from '([^']+)'/g),
  });
  return { stage, ...(blame ?? unknown(stage, text, folder)), cause: text };
}

function unknown(stage: BuildStage, text: string, folder: string): Blame {
  const what =
    stage === 'compose' ? 'The artefact of' : stage === 'substitute' ? 'The variables in' : 'kustomize does not accept';
  const outcome = stage === 'compose' ? ' cannot be put together' : stage === 'substitute' ? ' cannot be replaced' : '';
  const reason = withoutContents(innermost(text)).replaceAll(/\s+/g, ' ').replace(/\.$/, '');
  return { message: `${what} \`${folder || '.'}\`${outcome}${reason === '' ? '' : `: ${reason}`}.` };
}

/** kustomize wraps an error once per folder on the way; the reason is the last part. */
function innermost(text: string): string {
  return text.split(/recursed accumulation of path '[^']*': /).at(-1) ?? text;
}

function withRelativePaths(text: string, origins: Readonly<Record<string, string>>): string {
  const repository = new RegExp(String.raw`(?<![\w.-])${virtualRoot}(?:/|(?=[\s'":]|$))`, 'g');
  const composed = /(?<![\w.-])\/artifact(\/[^\s'":]*)?(?=[\s'":]|$)/g;
  const inRepository = text.replaceAll(
    composed,
    (path, rest: string | undefined) => origins[path] ?? `${virtualRoot}${rest ?? ''}`,
  );
  return inRepository.replaceAll(repository, (path) => (path.endsWith('/') ? '' : '.'));
}

function failingFolder(text: string): string | undefined {
  return lastMatch(text, /(?:recursed accumulation of|couldn't make target for) path '([^']+)': (?!unable to find one of)/g);
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}

function kustomizationFileIn(folder: string, locate: (path: string) => string, context: BuildErrorContext): string {
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;
  const found = names.map((name) => locate(posix.join(folder, name))).find((path) => context.read(path) !== null);
  return found ?? locate(posix.join(folder, names[0]));
}
