/** What can be read of an object or a cluster, as plain text. */
import { ApiError } from '../../clients/cluster/errors.ts';
import { eventsOf } from '../../clients/cluster/events.ts';
import { lastLogLines } from '../../clients/cluster/podLogs.ts';
import type { Cluster } from '../../clients/cluster.ts';
import { isFluxGroup } from '../../core/flux/kinds.ts';
import type { FluxCheck } from '../../core/flux/fluxCheck.ts';
import type { ObjectReference } from '../../core/kubernetes/liveObject.ts';
import { nameOf } from '../../core/kubernetes/liveObject.ts';
import { containersOf } from '../../core/kubernetes/podStatus.ts';
import type { ClusterText } from '../../protocol/cluster.ts';
import { checkFlux } from '../../workflows/checkFlux.ts';
import { controllerLogs } from '../../workflows/controllerLogs.ts';
import { liveManifest } from '../../workflows/liveManifest.ts';
import type { ConnectedCluster } from './session.ts';

const LINES = 1000;

/** null where there is no such object. @throws ClusterError where the user may not read it */
export async function textOf(
  connected: ConnectedCluster,
  reference: ObjectReference,
  what: ClusterText,
  signal: AbortSignal,
): Promise<string | null> {
  const { cluster } = connected.live;
  const title = `# ${nameOf(reference)} in context "${cluster.context.name}" at ${now()}`;
  switch (what) {
    case 'manifest': {
      const text = await liveManifest(cluster, reference, signal);
      return text === undefined ? null : `${title}, as the cluster has it\n${text}`;
    }
    case 'events': {
      const events = await eventsOf(cluster, reference, signal);
      const lines = events.map(
        ({ time, warning, reason, message, count }) =>
          `${time}  ${warning ? 'Warning' : 'Normal '}  ${reason}${count > 1 ? ` (${String(count)} times)` : ''}: ${message}`,
      );
      return page(`${title}: events, oldest first`, lines, 'The cluster keeps events for an hour, and has none of this object.');
    }
    case 'logs':
      return isFluxGroup(reference.group)
        ? await controllerText(connected, reference, title, signal)
        : await podText(connected, reference, title, signal);
  }
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

async function controllerText(
  { live, fluxNamespace }: ConnectedCluster,
  reference: ObjectReference,
  title: string,
  signal: AbortSignal,
): Promise<string> {
  const lines = await controllerLogs(live.cluster, reference, fluxNamespace, signal);
  const texts = lines.map(({ time, error, text }) => `${time}  ${error ? 'error' : 'info '}  ${text}`);
  return page(
    `${title}: what its controller wrote, oldest first`,
    texts,
    'The last lines of its controller are not about this object.',
  );
}

async function podText(
  { live }: ConnectedCluster,
  reference: ObjectReference,
  title: string,
  signal: AbortSignal,
): Promise<string | null> {
  const pod = await live.cluster.get(reference, signal);
  if (pod === undefined) return null;
  const parts = await Promise.all(
    containersOf(pod).map(async ({ name, crashed }) => {
      const lines = await linesOf(live.cluster, reference, name, crashed, signal);
      return page(`${title}: container ${name}${crashed ? ', which crashed' : ''}`, lines, 'It has written nothing.');
    }),
  );
  return parts.join('\n');
}

async function linesOf(
  cluster: Cluster,
  pod: ObjectReference,
  container: string,
  previous: boolean,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return await lastLogLines(cluster, pod, { container, lines: LINES, previous, signal });
  } catch (error) {
    // A container that has not run yet has no log.
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    return previous ? await linesOf(cluster, pod, container, false, signal) : [`# ${error.message}`];
  }
}

function page(title: string, lines: readonly string[], empty: string): string {
  return `${title}\n${lines.length === 0 ? `# ${empty}` : lines.join('\n')}\n`;
}

/** What is wrong first. */
export async function checkText({ live, fluxNamespace }: ConnectedCluster, signal: AbortSignal): Promise<string> {
  const check = await checkFlux(live.cluster, fluxNamespace, signal);
  return `# Flux in context "${live.cluster.context.name}", namespace ${fluxNamespace}\n${checkLines(check).join('\n')}\n`;
}

function checkLines({ kubernetes, controllers, kinds, findings }: FluxCheck): string[] {
  return [
    'findings:',
    ...(findings.length === 0 ? ['  # none: everything that Flux needs is there and ready'] : []),
    ...findings.map(({ severity, text }) => `  - ${severity}: ${JSON.stringify(text)}`),
    `kubernetes: ${kubernetes}`,
    'controllers:',
    ...(controllers.length === 0 ? ['  # none was seen'] : []),
    ...controllers.map(
      ({ name, version, status }) => `  ${name}: ${[version, status.state, status.message].filter(Boolean).join(', ')}`,
    ),
    'kinds:',
    ...kinds.map(({ group, kind, versions }) => `  ${kind}.${group}: ${versions.join(', ')}`),
  ];
}
