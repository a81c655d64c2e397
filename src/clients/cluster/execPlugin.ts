/** Signs in with the program that a kubeconfig names (`exec:`), by the rules of client.authentication.k8s.io. */
import { isAbsolute, join } from 'node:path';
import { cleanMessage, firstLine } from '../../core/kubernetes/conditionMessage.ts';
import { listIn, textIn, valueAt } from '../../core/kubernetes/liveObject.ts';
import { ProgramMissing, runProgram } from '../process.ts';
import { CredentialsError } from './errors.ts';
import type { Access } from './kubeconfig.ts';

export interface ExecCredential {
  readonly token: string;
  /** PEM texts, '' where the program gives none. */
  readonly certificate: string;
  readonly key: string;
  /** Milliseconds since 1970; undefined where it says nothing. */
  readonly expires: number | undefined;
}

/** People may have to confirm the sign-in in a browser or on a device. */
const LIMITS = { timeoutMilliseconds: 180_000, maxBytes: 1_000_000 };

const MOST_CHARACTERS = 400;

/** @throws CredentialsError with what the program says, or how to install it */
export async function runExecPlugin(access: Access, exec: unknown, signal: AbortSignal | undefined): Promise<ExecCredential> {
  const context = `context "${access.context.name}"`;
  const command = textIn(exec, 'command');
  if (textIn(exec, 'interactiveMode') === 'Always')
    throw new CredentialsError(`${command}, which signs in to ${context}, needs a terminal. Sign in there with kubectl first.`);
  try {
    const { exitCode, output, errors, truncated } = await runProgram(
      {
        // A name is looked for on the PATH; a path is relative to the kubeconfig, as kubectl has it.
        name: /[/\\]/.test(command) && !isAbsolute(command) ? join(access.folder, command) : command,
        args: listIn(exec, 'args').map(String),
        folder: access.folder,
        environment: environmentOf(access, exec),
        input: '',
      },
      { ...LIMITS, signal },
    );
    if (truncated === 'time')
      throw new CredentialsError(`Signing in to ${context} with ${command} takes longer than three minutes. Connect again.`);
    if (truncated === 'size')
      throw new CredentialsError(`${command}, which signs in to ${context}, printed more than 1 MB, which are no credentials.`);
    if (exitCode !== 0) {
      const said = inOneLine(errors) || `exit code ${String(exitCode)}`;
      throw new CredentialsError(
        `${command} could not sign in to ${context}: ${said.replace(/\.$/, '')}. Sign in again, then connect.`,
      );
    }
    return parseCredential(output.toString('utf8'), command);
  } catch (error) {
    if (!(error instanceof ProgramMissing)) throw error;
    const hint = firstLine(cleanMessage(textIn(exec, 'installHint')));
    throw new CredentialsError(
      `${command}, which signs in to ${context}, is not installed. ${hint === '' ? 'Install it, then connect.' : hint}`,
      { cause: error },
    );
  }
}

/** Programs say what is wrong in any of their lines. */
function inOneLine(text: string): string {
  const lines = cleanMessage(text)
    .split('\n')
    .map((line) => line.trim());
  const whole = lines.filter((line) => line !== '').join(' ');
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS)}…`;
}

function environmentOf({ cluster }: Access, exec: unknown): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = listIn(exec, 'env').map((variable) => [textIn(variable, 'name'), textIn(variable, 'value')] as const);
  const spec = {
    interactive: false,
    ...(valueAt(exec, 'provideClusterInfo') === true
      ? {
          cluster: {
            server: cluster.server,
            ...(cluster.caData === undefined ? {} : { 'certificate-authority-data': cluster.caData }),
            ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
            ...(cluster.proxyUrl === undefined ? {} : { 'proxy-url': cluster.proxyUrl }),
            'insecure-skip-tls-verify': cluster.skipTLSVerify,
          },
        }
      : {}),
  };
  const request = { apiVersion: textIn(exec, 'apiVersion'), kind: 'ExecCredential', spec };
  return { ...Object.fromEntries([...inherited, ...own]), KUBERNETES_EXEC_INFO: JSON.stringify(request) };
}

function parseCredential(output: string, command: string): ExecCredential {
  let status: unknown;
  try {
    status = valueAt(JSON.parse(output), 'status');
  } catch {
    // What it printed may hold a token, so it is not shown.
  }
  const credential = {
    token: textIn(status, 'token'),
    certificate: textIn(status, 'clientCertificateData'),
    key: textIn(status, 'clientKeyData'),
  };
  if (credential.token === '' && credential.certificate === '')
    throw new CredentialsError(`${command} ended well and printed no credentials. Run it in a terminal to see why.`);
  const expires = Date.parse(textIn(status, 'expirationTimestamp'));
  return { ...credential, expires: Number.isNaN(expires) ? undefined : expires };
}
