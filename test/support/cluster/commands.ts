// How each part of the test control plane is called.
import { join } from 'node:path';

export type Component =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kwok'
  | 'source-controller'
  | 'kustomize-controller'
  | 'helm-controller';

export interface Settings {
  readonly folder: string;
  readonly programs: string;
  readonly ports: Readonly<Record<'etcd' | 'peer' | 'api' | 'manager' | 'scheduler' | 'kubelet' | 'storage', number>>;
  readonly stages: readonly string[];
}

/** The program and its arguments; nothing of it listens on another address than 127.0.0.1. */
export function commandOf(component: Component, { folder, ports, stages }: Settings): [string, ...string[]] {
  const kubeconfig = join(folder, 'kubeconfig');
  const pki = join(folder, 'pki');
  const signer = join(folder, 'service-account.key');
  const own = (flags: Readonly<Record<string, string | number | boolean>>): [string, ...string[]] => [
    'controlplane',
    component,
    ...Object.entries(flags).map(([flag, value]) => `--${flag}=${String(value)}`),
  ];
  const flux = (...flags: readonly string[]): [string, ...string[]] => [
    component,
    '--metrics-addr=0',
    '--health-addr=0',
    '--enable-leader-election=false',
    '--watch-all-namespaces=true',
    ...flags,
  ];
  // By default they ask 20 times a second, and a test with many objects would keep the others waiting for minutes.
  const unhurried = { 'kube-api-qps': 1000, 'kube-api-burst': 2000 };
  const etcdUrl = `http://127.0.0.1:${String(ports.etcd)}`;
  const peerUrl = `http://127.0.0.1:${String(ports.peer)}`;
  switch (component) {
    case 'etcd':
      return own({
        'data-dir': join(folder, 'etcd'),
        'listen-client-urls': etcdUrl,
        'advertise-client-urls': etcdUrl,
        'listen-peer-urls': peerUrl,
        'initial-advertise-peer-urls': peerUrl,
        'initial-cluster': `default=${peerUrl}`,
        'unsafe-no-fsync': true,
        'log-level': 'error',
      });
    case 'kube-apiserver':
      return own({
        'etcd-servers': etcdUrl,
        'bind-address': '127.0.0.1',
        'advertise-address': '127.0.0.1',
        'secure-port': ports.api,
        'cert-dir': pki, // makes a self-signed certificate there
        'token-auth-file': join(folder, 'tokens.csv'),
        'authorization-mode': 'RBAC',
        'service-account-key-file': signer,
        'service-account-signing-key-file': signer,
        'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
        'service-cluster-ip-range': '10.0.0.0/24',
        'endpoint-reconciler-type': 'none',
        'disable-admission-plugins': 'TaintNodesByCondition', // no node-lifecycle-controller takes the taint away again
        'kubelet-preferred-address-types': 'InternalIP',
        profiling: false,
      });
    case 'kube-controller-manager':
      return own({
        kubeconfig,
        'bind-address': '127.0.0.1',
        'secure-port': ports.manager,
        'cert-dir': pki,
        'leader-elect': false,
        'service-account-private-key-file': signer,
        ...unhurried,
        'root-ca-file': join(pki, 'apiserver.crt'),
        controllers: [
          'deployment',
          'replicaset',
          'statefulset',
          'daemonset',
          'job',
          'cronjob',
          'namespace',
          'serviceaccount',
          'resourcequota',
          'garbage-collector',
        ]
          .map((name) => `${name}-controller`)
          .join(','),
      });
    case 'kube-scheduler':
      return own({
        kubeconfig,
        ...unhurried,
        'authentication-kubeconfig': kubeconfig,
        'authorization-kubeconfig': kubeconfig,
        'bind-address': '127.0.0.1',
        'secure-port': ports.scheduler,
        'cert-dir': pki,
        'leader-elect': false,
      });
    case 'kwok':
      return [
        'controlplane',
        'kwok',
        `--kubeconfig=${kubeconfig}`,
        '--manage-all-nodes=true',
        // kwok answers for the logs of containers, too, as the kubelet of its node.
        '--node-ip=127.0.0.1',
        `--node-port=${String(ports.kubelet)}`,
        `--server-address=127.0.0.1:${String(ports.kubelet)}`,
        `--tls-cert-file=${join(pki, 'apiserver.crt')}`,
        `--tls-private-key-file=${join(pki, 'apiserver.key')}`,
        ...[...stages, join(folder, 'logs.yaml')].map((file) => `--config=${file}`),
      ];
    case 'source-controller': {
      const address = `127.0.0.1:${String(ports.storage)}`;
      return flux(`--storage-path=${join(folder, 'storage')}`, `--storage-addr=${address}`, `--storage-adv-addr=${address}`);
    }
    case 'kustomize-controller':
      return flux('--requeue-dependency=2s', '--http-retry=3');
    case 'helm-controller':
      return flux('--requeue-dependency=2s', '--http-retry=3');
  }
}
