/** What Git's complaints mean for the user. Git is run in English, so that its words can be told apart. */
import { OutsideError } from './errors.ts';
import { complaint } from './gitCommand.ts';

const SIGN_IN =
  /authentication failed|could not read (?:username|password)|terminal prompts disabled|permission denied \(publickey|host key verification|invalid username or|bad credentials|returned error: 401|support for password authentication/i;
const SINGLE_SIGN_ON = /saml sso|organization has enabled or enforced/i;
const PERMISSION =
  /returned error: 403|permission to .* denied|write access to repository not granted|not allowed to push|read-only|deploy key .*write|insufficient permission/i;
const NOT_FOUND = /repository .*not found|does not appear to be a git repository|returned error: 404|no such remote/i;
const MISSING_BRANCH = /couldn't find remote ref/i;
const UNREACHABLE =
  /could not resolve|failed to connect|couldn't connect|connection (?:refused|timed out|reset|closed)|network is unreachable|unable to access|early eof|remote end hung up|ssl|tls|certificate|operation timed out|returned error: 5\d\d/i;
const PROTECTED = /GH006|GH013|protected branch|repository rule violations|push declined due to repository rule/i;
const MOVED =
  /stale info|non-fast-forward|fetch first|\(needs force\)|cannot lock ref|failed to update ref|incorrect old value|reference already exists|is at [0-9a-f]+ but expected/i;
/** A branch that is a folder of the other's name, or the other way round: no race, it stays so. */
const IN_THE_WAY = /'refs\/heads\/([^']+)' exists; cannot create/i;
/** `receive.denyNonFastForwards`; the lease held, so nobody has moved the branch. */
const FORWARD_ONLY = /\[remote rejected\][^\n]*\(non-fast-forward\)|denying non-fast-forward/i;
const SIGNING =
  /failed to sign|gpg: |signing failed|couldn't (?:load|get|find).*key|no private key found|load key|user\.signingkey|no secret key|ssh-keygen/i;
const IDENTITY =
  /author identity unknown|committer identity unknown|tell me who you are|empty ident name|unable to auto-detect email/i;

/** Why a remote could not be read. */
export function remoteRefusal(remote: string, stderr: string): OutsideError {
  const said = complaint(stderr);
  if (SINGLE_SIGN_ON.test(stderr))
    return new OutsideError(
      'sign-in',
      `${remote} asks for single sign-on. Authorise your token or key for the organization, then try again.`,
    );
  if (SIGN_IN.test(stderr))
    return new OutsideError(
      'sign-in',
      `${remote} does not accept your sign-in. Sign in to GitHub, or let git fetch ${remote} succeed in a terminal, then try again.`,
    );
  if (NOT_FOUND.test(stderr))
    return new OutsideError(
      'not-found',
      `${remote} has no such repository, or you may not see it. Check its address with git remote -v.`,
    );
  if (PERMISSION.test(stderr)) return noPushRight(remote);
  if (MISSING_BRANCH.test(stderr))
    return new OutsideError('not-found', `${remote} does not have that branch: ${said}. Name another one.`);
  if (UNREACHABLE.test(stderr))
    return new OutsideError('unreachable', `${remote} cannot be reached: ${said}. Check the connection, then try again.`);
  return new OutsideError('refused', `${remote} refused: ${said}. The log has all that Git said.`);
}

function noPushRight(remote: string): OutsideError {
  return new OutsideError(
    'permission',
    `You may not push to ${remote}. Fork the repository and add your fork as a remote named fork, then try again.`,
  );
}

/** `moved`: the branch is no longer what the lease says, so another try on a fresh base can succeed. */
export function pushRefusal(remote: string, branch: string, stdout: string, stderr: string): OutsideError | 'moved' {
  const all = `${stdout}\n${stderr}`;
  if (PROTECTED.test(all))
    return new OutsideError(
      'protected',
      `${remote} protects the branch ${branch}: ${remoteWords(stderr)}. Open a pull request instead, or ask for the right to push.`,
    );
  const [, inTheWay] = IN_THE_WAY.exec(all) ?? [];
  if (inTheWay !== undefined)
    return new OutsideError(
      'conflict',
      `${remote} has the branch ${inTheWay}, so it cannot have ${branch}. Delete or rename it, or change gitopsCockpit.git.branchTemplate.`,
    );
  if (FORWARD_ONLY.test(all))
    return new OutsideError(
      'protected',
      `${remote} does not let ${branch} be replaced. Merge or delete that branch first, or allow forced pushes to it.`,
    );
  if (MOVED.test(all)) return 'moved';
  if (/\[remote rejected\]|pre-receive hook declined/.test(all))
    return new OutsideError(
      'refused',
      `${remote} rejected the branch ${branch}: ${remoteWords(all)}. Nothing was changed there.`,
    );
  const isRemoteTrouble = [SIGN_IN, SINGLE_SIGN_ON, NOT_FOUND, PERMISSION, UNREACHABLE].some((pattern) => pattern.test(stderr));
  if (isRemoteTrouble) return remoteRefusal(remote, stderr);
  if (/failed to push some refs/.test(stderr))
    return new OutsideError('hook', `The pre-push hook refused: ${hookWords(stderr)}. Nothing was pushed.`);
  return remoteRefusal(remote, stderr);
}

/** Why a commit was not made. */
export function commitRefusal(stderr: string, stdout: string): OutsideError {
  if (IDENTITY.test(stderr))
    return new OutsideError(
      'setup',
      'Git does not know who you are. Set user.name and user.email with git config --global, then try again.',
    );
  if (SIGNING.test(stderr))
    return new OutsideError(
      'signing',
      `The commit could not be signed: ${signingWords(stderr)}. Unlock your key, or check user.signingKey, then try again.`,
    );
  return new OutsideError('hook', `A commit hook refused: ${hookWords(stderr || stdout)}. Nothing was committed.`);
}

/** What the server wrote, without the frame. */
function remoteWords(stderr: string): string {
  const lines = [...stderr.matchAll(/^remote:\s*(.*\S)\s*$/gm)].map(([, line = '']) => line.replace(/^(?:error|fatal): /i, ''));
  const reason = /\[remote rejected\][^\n]*\(([^)]*)\)/.exec(stderr)?.[1];
  return (lines.find((line) => /[a-z]{3}/i.test(line)) ?? reason ?? complaint(stderr)).replace(/[.:]+$/, '');
}

function hookWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.findLast((line) => line !== '' && !/failed to push some refs|^hint: |^To /.test(line));
  return (said ?? 'it did not say why')
    .replace(/^(?:error|fatal): /i, '')
    .replace(/[.:]+$/, '')
    .slice(0, 300);
}

function signingWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.find((line) => SIGNING.test(line) && !/gpg failed to sign the data/.test(line)) ?? lines[0] ?? '';
  return said
    .replace(/^(?:error|fatal): /i, '')
    .replace(/[.:?]+$/, '')
    .slice(0, 300);
}
