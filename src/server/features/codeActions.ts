/** Quick fixes of problems, comments that keep them quiet, and `Fix all`. What an action changes is worked out when somebody chooses it. */
import { join } from 'node:path';
import type {
  CancellationToken,
  CodeAction,
  CodeActionParams,
  Range,
  TextDocumentEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { CodeActionKind } from 'vscode-languageserver/node';
import type { Fix, FixPlan } from '../../core/lint/fix.ts';
import { editFix, planFix, withHistory } from '../../core/lint/fix.ts';
import { fixAll, isSafeEdit } from '../../core/lint/fixAll.ts';
import { isSuppressible } from '../../core/lint/lint.ts';
import type { Problem } from '../../core/lint/problem.ts';
import { fileSuppression, lineSuppression, takesComments } from '../../core/lint/suppressions.ts';
import { isRefusal } from '../../core/text/textEdit.ts';
import { abortSignal } from '../abortSignal.ts';
import { pathOf, rangeOf, uriOf } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { diagnosticOf } from './diagnostics.ts';

/** What comes back when an action is chosen. */
interface ActionAddress {
  readonly uri: string;
  readonly code: string;
  /** Offset at which the problem starts; -1 for all problems of the code in the file or repository. */
  readonly start: number;
  readonly title: string;
}

export const codeActionKinds: readonly string[] = [CodeActionKind.QuickFix, `${CodeActionKind.SourceFixAll}.gitopsCockpit`];
const [, FIX_ALL = ''] = codeActionKinds;

export async function codeActions(
  session: Session,
  { textDocument: { uri }, range, context }: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[]> {
  const found = find(session, uri);
  if (found === undefined) return [];
  const { repository, file, problems } = found;
  const wants = (kind: string) => context.only?.some((only) => kind === only || kind.startsWith(`${only}.`)) ?? kind !== FIX_ALL;
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix))
    for (const problem of problems.filter((one) => one.place.file === file && touches(rangeIn(repository, one), range)))
      actions.push(...(await actionsFor(session, repository, uri, problem, token)));
  if (wants(FIX_ALL) && problems.some(({ place, fixes }) => place.file === file && fixes.some(isSafeEdit)))
    actions.push({
      title: 'Fix all safe GitOps problems in this file',
      kind: FIX_ALL,
      data: { uri, code: '', start: -1, title: '' } satisfies ActionAddress,
    });
  return actions;
}

/** The action with its edit; disabled with the reason where the file cannot be changed like that. */
export async function resolveCodeAction(session: Session, action: CodeAction, token: CancellationToken): Promise<CodeAction> {
  const address = action.data as ActionAddress;
  const found = find(session, address.uri);
  if (found === undefined) return action;
  const { repository, file, problems } = found;
  const fix = address.start < 0 ? fixAllAt(repository, address, file, problems) : await fixAt(session, found, address, token);
  if (fix === undefined) return { ...action, disabled: { reason: 'The problem is no longer there.' } };
  const plan = planFix(repository.snapshot, fix);
  if (isRefusal(plan)) return { ...action, disabled: { reason: `This cannot be written: ${plan.reason}.` } };
  return { ...action, edit: workspaceEdit(session, repository, plan, address.start < 0 && address.code !== '') };
}

interface Found {
  readonly repository: RepositorySession;
  readonly file: string;
  readonly problems: readonly Problem[];
}

function find(session: Session, uri: string): Found | undefined {
  const path = pathOf(uri);
  const found = path === undefined ? undefined : session.locate(path);
  return found && { repository: found.repository, file: found.path, problems: session.problemsOf(found.repository) };
}

function rangeIn(repository: RepositorySession, { place: { file, start, end } }: Problem): Range {
  return rangeOf(repository, file, start, end);
}

function touches(a: Range, b: Range): boolean {
  return a.start.line <= b.end.line && b.start.line <= a.end.line;
}

async function actionsFor(
  session: Session,
  repository: RepositorySession,
  uri: string,
  problem: Problem,
  token: CancellationToken,
): Promise<CodeAction[]> {
  const { code, place } = problem;
  const fixes = await fixesOf(session, repository, problem, token);
  const diagnostics = [diagnosticOf(repository, problem)];
  const action = (title: string, start: number): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    data: { uri, code, start, title } satisfies ActionAddress,
  });
  const actions = fixes.map((fix, index) => ({ ...action(fix.title, place.start), isPreferred: index === 0 }));
  const same = session.problemsOf(repository).filter((other) => other.code === code && other.fixes.some(isSafeEdit));
  if (problem.fixes.some(isSafeEdit) && same.length > 1)
    actions.push({ ...action(`Fix all ${String(same.length)} ${code} in this repository`, -1), isPreferred: false });
  return [...actions, ...suppressions(repository, problem).map(({ title }) => action(title, place.start))];
}

/** The fixes that apply, with what Git knows where one restores a value. */
async function fixesOf(
  session: Session,
  repository: RepositorySession,
  { fixes, place }: Problem,
  token: CancellationToken,
): Promise<Fix[]> {
  const asksGit = fixes.some(({ change }) => change.type === 'restore') && session.trusted;
  const history = asksGit ? await repository.history.tags([place.file], abortSignal(token)) : [];
  const known = fixes.flatMap((fix) => withHistory(fix, history) ?? []);
  return known.filter((fix) => !isRefusal(planFix(repository.snapshot, fix)));
}

function suppressions(repository: RepositorySession, { code, place }: Problem): Fix[] {
  const file = repository.file(place.file);
  if (file === undefined || !isSuppressible(code) || !takesComments(file)) return [];
  return [
    editFix('ignore', `Ignore ${code} in this line`, [lineSuppression(file, code, place.start)]),
    editFix('ignore', `Ignore ${code} in this file`, [fileSuppression(file, code)]),
  ];
}

async function fixAt(
  session: Session,
  { repository, file, problems }: Found,
  { code, start, title }: ActionAddress,
  token: CancellationToken,
): Promise<Fix | undefined> {
  const problem = problems.find((one) => one.code === code && one.place.file === file && one.place.start === start);
  if (problem === undefined) return undefined;
  const fixes = [...(await fixesOf(session, repository, problem, token)), ...suppressions(repository, problem)];
  return fixes.find((fix) => fix.title === title);
}

/** Of one code in the repository, or of all codes in the file. */
function fixAllAt(
  repository: RepositorySession,
  { code, title }: ActionAddress,
  file: string,
  problems: readonly Problem[],
): Fix | undefined {
  return fixAll(
    repository.snapshot,
    problems.filter((problem) => (code === '' ? problem.place.file === file : problem.code === code)),
    title,
  );
}

/** `isReviewed`: an editor shows what will change before it does. */
function workspaceEdit(session: Session, repository: RepositorySession, plan: FixPlan, isReviewed: boolean): WorkspaceEdit {
  const annotationId = 'gitopsCockpit.fixAll';
  const edits = [...plan.files].map(([path, own]): TextDocumentEdit => {
    const version = session.buffers.get(join(repository.folder, path))?.version ?? null;
    return {
      textDocument: { uri: uriOf(repository, path), version },
      edits: own.map(({ start, end, newText }) => ({
        range: rangeOf(repository, path, start, end),
        newText,
        ...(isReviewed ? { annotationId } : {}),
      })),
    };
  });
  const renames = plan.renames.map(({ from, to }) => ({
    kind: 'rename' as const,
    oldUri: uriOf(repository, from),
    newUri: uriOf(repository, to),
  }));
  const annotations = { [annotationId]: { label: 'Fix all', needsConfirmation: true } };
  return { documentChanges: [...edits, ...renames], ...(isReviewed ? { changeAnnotations: annotations } : {}) };
}
