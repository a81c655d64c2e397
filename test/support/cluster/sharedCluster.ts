// One control plane for all files of a test run: the runner starts it and names its folder in the environment. A file that runs by itself starts
// its own.
import { Cluster } from '../../../src/clients/cluster.ts';
import { loadKubeconfig } from '../../../src/clients/cluster/kubeconfig.ts';
import type { TestCluster } from './startCluster.ts';
import { startCluster } from './startCluster.ts';

const VARIABLE = 'GITOPS_COCKPIT_TEST_CLUSTER';

export type SharedCluster = Omit<TestCluster, 'etcd' | 'start' | 'stop'>;

/** For the runner. */
export async function shareCluster(): Promise<AsyncDisposable> {
  const cluster = await startCluster();
  const { kubeconfig, server, folder } = cluster;
  process.env[VARIABLE] = JSON.stringify({ kubeconfig, server, folder });
  return {
    async [Symbol.asyncDispose]() {
      delete process.env[VARIABLE];
      await cluster[Symbol.asyncDispose]();
    },
  };
}

/** For test files: the runner's control plane, or one of their own. */
export async function sharedCluster(): Promise<SharedCluster> {
  const shared = process.env[VARIABLE];
  if (shared === undefined) return await startCluster();
  const { kubeconfig, server, folder } = JSON.parse(shared) as Pick<TestCluster, 'kubeconfig' | 'server' | 'folder'>;
  const client = new Cluster(loadKubeconfig({ KUBECONFIG: kubeconfig }), 'test');
  return { kubeconfig, server, folder, client, [Symbol.asyncDispose]: async () => client[Symbol.dispose]() };
}
