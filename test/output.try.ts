import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from './support/cluster/startCluster.ts';
import { startGitServer } from './support/cluster/gitServer.ts';
import { apply } from './support/cluster/installFlux.ts';
import { watchCluster } from '../src/workflows/watchCluster.ts';
import { rolloutState } from '../src/core/flux/rollout/rolloutState.ts';
const t = performance.now();
const at = () => ((performance.now() - t)/1000).toFixed(2);
await using c = await startCluster();
console.log('ready', at());
await using g = await startGitServer();
const r = g.repository('fleet');
const commit = r.push({'apps/dev/kustomization.yaml': 'namespace: dev\nresources: [ns.yaml, d.yaml]\nimages: [{name: registry.example.com/shop, newTag: 1.0.0}]\n', 'apps/dev/ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: dev}\n', 'apps/dev/d.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, labels: { app: shop } }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: registry.example.com/shop }] }
`});
using live = await watchCluster(c.client);
console.log('watching', at(), live.notices);
const target = { kustomization: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'dev' }, commit, branches: ['main'], image: 'registry.example.com/shop:1.0.0', workloads: [] };
let last = '';
live.onChange(() => { const s = rolloutState(live.tree, target, () => false); const text = s.steps.map(x => `${x.name} ${x.state} ${x.progress} ${x.why}`).join(' | '); if (text !== last) console.log(at(), text, s.digests, s.pods); last = text; });
await apply(c.client, '/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories', { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: { name: 'fleet', namespace: 'flux-system' }, spec: { interval: '10m', url: g.url('fleet'), ref: { branch: 'main' } } });
await apply(c.client, '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations', { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'dev', namespace: 'flux-system' }, spec: { interval: '10m', wait: true, prune: true, path: './apps/dev', sourceRef: { kind: 'GitRepository', name: 'fleet' } } });
await live.until((tree) => rolloutState(tree, target, () => false).steps.at(-1)?.state === 'done' || undefined, AbortSignal.timeout(30000));
const print = (n: any, d = 0) => { console.log(' '.repeat(d) + n.id, n.status?.state, n.status?.message); for (const k of live.tree.children(n)) print(k, d + 2); };
for (const n of live.tree.roots()) print(n);
