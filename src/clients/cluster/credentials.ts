/** Who we are for a cluster: headers, certificates and the connection pool of every request. */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { User } from '@kubernetes/client-node';
import { CredentialsError } from './errors.ts';
import type { ExecCredential } from './execPlugin.ts';
import { runExecPlugin } from './execPlugin.ts';
import type { Access } from './kubeconfig.ts';
import { proxyFor } from './proxy.ts';

/** Providers that kubectl dropped in 1.26, and what replaced them. client-node would start their programs through a shell. */
const LEGACY: Readonly<Record<string, string>> = { gcp: 'gke-gcloud-auth-plugin', azure: 'kubelogin' };
/** A program may be called again a little before what it gave runs out. */
const EARLY_MILLISECONDS = 10_000;

export class Credentials {
  private readonly access: Access;
  private readonly proxyUrl: string | undefined;
  private readonly ended = new AbortController();
  private signIn: Promise<ExecCredential> | undefined;
  private pool:
    { readonly credential: ExecCredential | undefined; readonly config: KubeConfig; agent?: RequestOptions['agent'] } | undefined;

  constructor(access: Access) {
    this.access = access;
    this.proxyUrl = access.cluster.proxyUrl || proxyFor(access.cluster.server);
  }

  /** Starts a program only where the kubeconfig names one, and only when nothing valid is left from it. @throws CredentialsError */
  async options(signal: AbortSignal | undefined): Promise<RequestOptions> {
    const { user, context } = this.access;
    const provider = user.authProvider?.name;
    if (provider !== undefined && Object.hasOwn(LEGACY, provider))
      throw new CredentialsError(
        `The user of context "${context.name}" signs in with "${provider}", which Kubernetes has dropped. Use ${LEGACY[provider] ?? ''} instead.`,
      );
    const credential = user.exec === undefined || user.exec === null ? undefined : await this.execCredential(signal);
    if (this.pool === undefined || this.pool.credential !== credential) {
      this.closePool();
      this.pool = { credential, config: this.config(credential) };
    }
    const options: RequestOptions = {};
    try {
      await this.pool.config.applyToHTTPSOptions(options);
      options.headers = { ...(options.headers as OutgoingHttpHeaders), ...this.extraHeaders() };
    } catch (error) {
      throw new CredentialsError(
        `The credentials of context "${context.name}" cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
        { cause: error },
      );
    }
    options.agent = this.pool.agent ??= this.agent(options);
    return options;
  }

  /** After the cluster has refused them: true where asking again may give others. */
  forget(): boolean {
    const renewable = this.signIn !== undefined;
    this.signIn = undefined;
    return renewable;
  }

  destroy(): void {
    this.ended.abort();
    this.closePool();
  }

  private closePool(): void {
    const agent = this.pool?.agent;
    if (typeof agent === 'object') agent.destroy();
    this.pool = undefined;
  }

  private async execCredential(signal: AbortSignal | undefined): Promise<ExecCredential> {
    const kept = this.signIn;
    if (kept !== undefined) {
      const credential = await abortable(kept, signal);
      if (credential.expires === undefined || credential.expires - EARLY_MILLISECONDS > Date.now()) return credential;
      if (this.signIn === kept) this.signIn = undefined;
    }
    return await abortable(this.startSignIn(), signal);
  }

  /** Requests that come at the same time share one sign-in, so none of them may cancel it for the others. */
  private startSignIn(): Promise<ExecCredential> {
    if (this.signIn !== undefined) return this.signIn;
    const started = runExecPlugin(this.access, this.access.user.exec, this.ended.signal);
    this.signIn = started;
    started.catch(() => {
      if (this.signIn === started) this.signIn = undefined;
    });
    return started;
  }

  private config(credential: ExecCredential | undefined): KubeConfig {
    const { cluster, user, context } = this.access;
    const config = new KubeConfig();
    const isPlain = cluster.server.startsWith('http:');
    config.loadFromOptions({
      // client-node refuses plain HTTP, as `kubectl proxy` serves it, unless told that there is no TLS to check.
      clusters: [{ ...cluster, skipTLSVerify: isPlain || cluster.skipTLSVerify, proxyUrl: this.proxyUrl }],
      users: [{ ...withCredential(user, credential), name: 'user' }],
      contexts: [{ name: context.name, cluster: cluster.name, user: 'user' }],
      currentContext: context.name,
    });
    return config;
  }

  private extraHeaders(): Record<string, string | string[]> {
    const { tokenFile, impersonatedGroups, impersonatedUid } = this.access;
    return {
      ...(tokenFile === '' ? {} : { Authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` }),
      ...(impersonatedGroups.length === 0 ? {} : { 'Impersonate-Group': [...impersonatedGroups] }),
      ...(impersonatedUid === '' ? {} : { 'Impersonate-Uid': impersonatedUid }),
    };
  }

  /** client-node's pools keep no connection; through a proxy its own are needed all the same. */
  private agent({ agent, ca, cert, key, servername, rejectUnauthorized }: RequestOptions): RequestOptions['agent'] {
    if (this.proxyUrl !== undefined) return agent;
    if (this.access.cluster.server.startsWith('http:')) return new HttpAgent({ keepAlive: true });
    return new HttpsAgent({
      keepAlive: true,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(servername === undefined ? {} : { servername }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    });
  }
}

function withCredential(user: User, credential: ExecCredential | undefined): object {
  if (credential === undefined) return user;
  const { token, certificate, key } = credential;
  return {
    ...user,
    exec: undefined,
    ...(token === '' ? {} : { token }),
    ...(certificate === ''
      ? {}
      : { certData: base64(certificate), certFile: undefined, keyData: base64(key), keyFile: undefined }),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
