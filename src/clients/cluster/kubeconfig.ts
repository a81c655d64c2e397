/** The contexts of the kubeconfig files, merged as kubectl merges them: the first file that names something wins. Reads files, nothing else. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { Cluster, Context, User } from '@kubernetes/client-node';
// The package's entry would add 700 kB of generated API classes, exec and port forwarding.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { load } from 'js-yaml';
import { listIn, textIn, valueAt } from '../../core/kubernetes/liveObject.ts';
import { ClusterError } from './errors.ts';

export interface ClusterContext {
  readonly name: string;
  /** Address of the API server; '' where the kubeconfig does not define the cluster. */
  readonly server: string;
  readonly user: string;
  /** '' where the context names none. */
  readonly namespace: string;
}

export interface Kubeconfig {
  /** In the order of the files. */
  readonly contexts: readonly ClusterContext[];
  /** What `kubectl config current-context` says. It is a proposal and is never changed. */
  readonly current: string | undefined;
  /** Files that cannot be read, one sentence each. */
  readonly problems: readonly string[];
  /** How to get to the cluster of a context. @throws ClusterError where the kubeconfig does not say */
  access(context: string): Access;
}

/** One cluster and one user, as client-node knows them, with what it leaves out of the kubeconfig. */
export interface Access {
  readonly context: ClusterContext;
  readonly cluster: Cluster;
  readonly user: User;
  /** Folder of the file that defines the user: programs and files are relative to it. */
  readonly folder: string;
  /** A file with a token that is renewed by others; '' where there is none. */
  readonly tokenFile: string;
  readonly impersonatedGroups: readonly string[];
  readonly impersonatedUid: string;
}

interface Definition<T> {
  readonly value: T;
  readonly folder: string;
  readonly raw: unknown;
}

/** A line of a file as `touch ~/.kube/config` makes it, or one in which all is commented out. */
const NOTHING = /^\s*(?:#.*|---\s*)?$/;

type Environment = Readonly<Record<string, string | undefined>>;

export function loadKubeconfig(environment: Environment = process.env): Kubeconfig {
  const contexts = new Map<string, Definition<Context>>();
  const clusters = new Map<string, Definition<Cluster>>();
  const users = new Map<string, Definition<User>>();
  const problems: string[] = [];
  let current: string | undefined;
  for (const file of kubeconfigFiles(environment)) {
    try {
      const text = readIfThere(file);
      if (text === undefined || text.split('\n').every((line) => NOTHING.test(line))) continue;
      const folder = dirname(file);
      const raw: unknown = load(text) ?? {};
      const config = new KubeConfig();
      config.loadFromString(text, { onInvalidEntry: 'filter' });
      config.makePathsAbsolute(folder);
      current ??= config.getCurrentContext() || undefined;
      const collect = <T extends { name: string }>(into: Map<string, Definition<T>>, values: readonly T[], kind: string) => {
        for (const value of values) {
          const entry = listIn(raw, kind).find((one) => textIn(one, 'name') === value.name);
          if (!into.has(value.name)) into.set(value.name, { value, folder, raw: entry });
        }
      };
      collect(contexts, config.getContexts(), 'contexts');
      collect(clusters, config.getClusters(), 'clusters');
      collect(users, config.getUsers(), 'users');
    } catch {
      problems.push(`${file} is no kubeconfig that can be read; its contexts are left out.`);
    }
  }
  const list = [...contexts.values()].map(({ value }): ClusterContext => ({
    name: value.name,
    server: clusters.get(value.cluster)?.value.server ?? '',
    user: value.user ?? '',
    namespace: value.namespace ?? '',
  }));
  return {
    contexts: list,
    current,
    problems,
    access(name) {
      const context = list.find((one) => one.name === name);
      const definition = contexts.get(name);
      if (context === undefined || definition === undefined) throw new ClusterError(unknownContext(name, list));
      const cluster = clusters.get(definition.value.cluster)?.value;
      if (cluster === undefined)
        throw new ClusterError(
          `The context "${name}" names the cluster "${definition.value.cluster}", which no kubeconfig file defines.`,
        );
      const user = users.get(context.user);
      if (user === undefined && context.user !== '')
        throw new ClusterError(`The context "${name}" names the user "${context.user}", which no kubeconfig file defines.`);
      return { context, cluster: { ...cluster, server: addressOf(name, cluster) }, ...accessOf(user) };
    },
  };
}

/** An address without a scheme is HTTPS where something is said of TLS, as kubectl has it. @throws ClusterError where it is none */
function addressOf(context: string, { server, caFile, caData, skipTLSVerify }: Cluster): string {
  const isTls = Boolean(caFile ?? caData ?? skipTLSVerify);
  const address = server.includes('://') || server === '' ? server : `${isTls ? 'https' : 'http'}://${server}`;
  if (/^https?:/.test(address) && URL.canParse(address)) return address;
  throw new ClusterError(
    `The server "${server}" of context "${context}" is no address. Write one like https://cluster.example.com:6443 into the kubeconfig.`,
  );
}

function accessOf(user: Definition<User> | undefined): Omit<Access, 'context' | 'cluster'> {
  const raw = valueAt(user?.raw, 'user');
  const tokenFile = textIn(raw, 'tokenFile');
  const folder = user?.folder ?? '.';
  return {
    user: user?.value ?? { name: '' },
    folder,
    tokenFile: tokenFile === '' || isAbsolute(tokenFile) ? tokenFile : join(folder, tokenFile),
    impersonatedGroups: listIn(raw, 'as-groups').filter((group) => typeof group === 'string'),
    impersonatedUid: textIn(raw, 'as-uid'),
  };
}

function kubeconfigFiles(environment: Environment): string[] {
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(environment['HOME'] ?? homedir(), '.kube/config')];
}

/** A file that is listed and not there is no mistake: kubectl skips it, too. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function unknownContext(name: string, contexts: readonly ClusterContext[]): string {
  if (contexts.length === 0)
    return `There is no context "${name}": no kubeconfig was found. Set KUBECONFIG, or write ~/.kube/config.`;
  return `There is no context "${name}". Choose one of ${contexts.map((one) => one.name).join(', ')}.`;
}
