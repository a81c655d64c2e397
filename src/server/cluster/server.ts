/** Wires the connection to the session: a table of contents. */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { ClusterError } from '../../clients/cluster/errors.ts';
import { nameOf as objectName } from '../../core/kubernetes/liveObject.ts';
import type { RolloutProgress } from '../../protocol/cluster.ts';
import {
  CLUSTER_ERROR,
  checkFluxRequest,
  choicesRequest,
  clusterChangedNotification,
  clusterRowsRequest,
  clusterTextRequest,
  compareRequest,
  connectRequest,
  connectedRequest,
  contextsRequest,
  disconnectRequest,
  progressType,
  reconcileRequest,
  resumeRequest,
  rolloutProgressType,
  rolloutsNowRequest,
  runningRequest,
  suspendRequest,
  traceRequest,
  verifyRequest,
  wantedImagesNotification,
} from '../../protocol/cluster.ts';
import type { WantedImage } from '../../protocol/objects.ts';
import type { ControllerProgress } from '../../workflows/askController.ts';
import { compareWithCluster } from '../../workflows/compareWithCluster.ts';
import { reconcileText } from '../../workflows/progressText.ts';
import { reconcile } from '../../workflows/reconcile.ts';
import { resume, suspend } from '../../workflows/suspend.ts';
import { traceObject } from '../../workflows/traceObject.ts';
import { abortSignal } from '../abortSignal.ts';
import { rolloutsNow } from './rolloutsNow.ts';
import { verify } from './rollouts.ts';
import { differencesIn } from './running.ts';
import { choicesFor, rowsBelow, traceChoice } from './rows.ts';
import type { ConnectedCluster } from './session.ts';
import { ClusterSession } from './session.ts';
import { checkText, textOf } from './texts.ts';

/** A burst of changes is told once. */
const QUIET_MILLISECONDS = 100;

/** Serves one client until the connection ends. */
export function serve(connection: Connection): void {
  let timer: NodeJS.Timeout | undefined;
  const session = new ClusterSession(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void connection.sendNotification(clusterChangedNotification);
    }, QUIET_MILLISECONDS);
  });
  const on = <T>(
    context: string,
    token: CancellationToken,
    work: (cluster: ConnectedCluster, signal: AbortSignal) => Promise<T>,
  ) => told(token, (signal) => whileFollowing(session.cluster(context), (cluster) => work(cluster, signal)));

  const reporter = (progress: string) => (step: ControllerProgress) =>
    void connection.sendProgress(progressType, progress, reconcileText(step));

  connection.onInitialize(() => ({ capabilities: {}, serverInfo: { name: 'GitOps Cockpit: clusters' } }));
  connection.onRequest(contextsRequest, () => session.contexts());
  connection.onRequest(connectRequest, ({ context, fluxNamespace, namespaces }, token) =>
    told(token, (signal) => session.connect(context, fluxNamespace, namespaces, signal)),
  );
  connection.onRequest(disconnectRequest, ({ context }) => session.disconnect(context));
  connection.onRequest(connectedRequest, () => session.connected());
  connection.onRequest(clusterRowsRequest, ({ parents, failingOnly }) =>
    parents.map((parent) => rowsBelow(session, parent, failingOnly)),
  );
  connection.onRequest(choicesRequest, ({ ability }, token) => told(token, () => choicesFor(session, ability)));
  connection.onRequest(reconcileRequest, ({ context, reference, withSource, progress }, token) =>
    on(context, token, ({ live }, signal) => reconcile(live, reference, { withSource, signal, report: reporter(progress) })),
  );
  connection.onRequest(suspendRequest, ({ context, reference }, token) =>
    on(context, token, async ({ live: { cluster } }, signal) => {
      const is = (await suspend(cluster, reference, signal)) ? 'is suspended' : 'was suspended before';
      return { ok: true, sentence: `${objectName(reference)} in context "${context}" ${is}.` };
    }),
  );
  connection.onRequest(resumeRequest, ({ context, reference, progress }, token) =>
    on(context, token, ({ live }, signal) => resume(live, reference, { signal, report: reporter(progress) })),
  );
  connection.onRequest(verifyRequest, ({ progress, ...params }, token) =>
    on(params.context, token, (cluster, signal) => {
      const report = (step: RolloutProgress) => void connection.sendProgress(rolloutProgressType, progress, step);
      return verify(cluster, params, signal, { report, changed: () => session.tell() });
    }),
  );
  connection.onRequest(rolloutsNowRequest, ({ rollouts, contexts }, token) =>
    told(token, (signal) => rolloutsNow(session.all, rollouts, contexts, signal)),
  );
  connection.onRequest(clusterTextRequest, ({ context, reference, what }, token) =>
    on(context, token, (cluster, signal) => textOf(cluster, reference, what, signal)),
  );
  connection.onRequest(checkFluxRequest, ({ context }, token) => on(context, token, checkText));
  connection.onRequest(traceRequest, ({ context, reference }, token) =>
    on(context, token, async ({ live }, signal) => {
      const links = await traceObject(live.cluster, reference, signal);
      return links.map((link) => traceChoice(context, link));
    }),
  );
  connection.onRequest(compareRequest, ({ context, manifests, kustomization }, token) =>
    on(context, token, async ({ live }, signal) => {
      const options = { kustomization: kustomization ?? undefined, signal };
      const differences = await compareWithCluster(live.cluster, manifests, options);
      return differences.map(({ reference, ...rest }) => ({ label: objectName(reference), ...rest }));
    }),
  );
  let wanted: readonly WantedImage[] = [];
  connection.onNotification(wantedImagesNotification, ({ images }) => {
    wanted = images;
  });
  connection.onRequest(runningRequest, ({ contexts }) => differencesIn(session.all, wanted, contexts));
  connection.onShutdown(() => {
    clearTimeout(timer);
    session.dispose();
  });
  connection.listen();
}

/** What a cluster or the kubeconfig says travels as a sentence for the user. */
async function told<T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(abortSignal(token));
  } catch (error) {
    if (error instanceof ClusterError) throw new ResponseError(CLUSTER_ERROR, error.message);
    throw error;
  }
}

/** Whoever shows the connection tells why it ended, once: what was under way ends without a word. */
async function whileFollowing<T>(cluster: ConnectedCluster, work: (cluster: ConnectedCluster) => Promise<T>): Promise<T> {
  const wasFollowing = cluster.live.ended === undefined;
  try {
    return await work(cluster);
  } catch (error) {
    if (wasFollowing && cluster.live.ended !== undefined)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The connection has ended.');
    throw error;
  }
}
