/** Wires the connection to the session: a table of contents. */
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { ResponseError } from 'vscode-languageserver/node';
import { ClusterError } from '../../clients/cluster/errors.ts';
import { shortRevision } from '../../core/flux/revision.ts';
import { nameOf as objectName } from '../../core/kubernetes/liveObject.ts';
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
  suspendRequest,
  traceRequest,
  verifyRequest,
} from '../../protocol/cluster.ts';
import { compareWithCluster } from '../../workflows/compareWithCluster.ts';
import { reconcileText } from '../../workflows/progressText.ts';
import { reconcile } from '../../workflows/reconcile.ts';
import { resume, suspend } from '../../workflows/suspend.ts';
import { traceObject } from '../../workflows/traceObject.ts';
import { abortSignal } from '../abortSignal.ts';
import { verify } from './rollouts.ts';
import { choicesFor, rowsBelow } from './rows.ts';
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
  const live = (context: string) => session.cluster(context).live;

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
  connection.onRequest(choicesRequest, ({ ability }) => choicesFor(session, ability));
  connection.onRequest(reconcileRequest, ({ context, reference, withSource, progress }, token) =>
    told(token, (signal) =>
      reconcile(live(context), reference, {
        withSource,
        signal,
        report: (step) => void connection.sendProgress(progressType, progress, reconcileText(step)),
      }),
    ),
  );
  connection.onRequest(suspendRequest, ({ context, reference }, token) =>
    told(token, async (signal) => {
      const { cluster } = live(context);
      const changed = await suspend(cluster, reference, signal);
      return {
        ok: true,
        sentence: `${objectName(reference)} in context "${context}" ${changed ? 'is suspended' : 'was suspended before'}.`,
      };
    }),
  );
  connection.onRequest(resumeRequest, ({ context, reference }, token) =>
    told(token, (signal) => resume(live(context), reference, signal)),
  );
  connection.onRequest(verifyRequest, ({ progress, ...params }, token) =>
    told(token, (signal) =>
      verify(session, params, signal, (step) => void connection.sendProgress(rolloutProgressType, progress, step)),
    ),
  );
  connection.onRequest(clusterTextRequest, ({ context, reference, what }, token) =>
    told(token, (signal) => textOf(session.cluster(context), reference, what, signal)),
  );
  connection.onRequest(checkFluxRequest, ({ context }, token) =>
    told(token, (signal) => checkText(session.cluster(context), signal)),
  );
  connection.onRequest(traceRequest, ({ context, reference }, token) =>
    told(token, async (signal) => {
      const links = await traceObject(live(context).cluster, reference, signal);
      return links.map((link) => ({
        context,
        reference: link.reference,
        label: objectName(link.reference),
        description:
          link.object === undefined
            ? 'not in the cluster'
            : [link.status?.state, shortRevision(link.status?.revision ?? '')].filter(Boolean).join('   '),
        exists: link.object !== undefined,
      }));
    }),
  );
  connection.onRequest(compareRequest, ({ context, manifests, kustomization }, token) =>
    told(token, async (signal) => {
      const options = { kustomization: kustomization ?? undefined, signal };
      const differences = await compareWithCluster(live(context).cluster, manifests, options);
      return differences.map(({ reference, ...rest }) => ({ label: objectName(reference), ...rest }));
    }),
  );
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
