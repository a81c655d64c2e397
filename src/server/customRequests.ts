/** Our own requests: what each takes, and who answers it. */
import type { Connection } from 'vscode-languageserver/node';
import {
  bumpTargetsRequest,
  childrenRequest,
  detailsRequest,
  fileUseRequest,
  planBumpRequest,
  previewBumpRequest,
  previewChangeRequest,
  previewRequest,
  refreshRequest,
  rootsRequest,
  rowPathRequest,
  statusRequest,
  tagsRequest,
  usagesAtRequest,
} from '../protocol.ts';
import {
  deployedManifestsRequest,
  objectLocationRequest,
  objectsAtRequest,
  mergedRolloutsRequest,
  plannedRolloutRequest,
  wantedImagesRequest,
} from '../protocol/objects.ts';
import { checked, flag, objectReference, oneOf, optional, position, text } from './params.ts';
import { bumpTargets, planBump, tagsFor, usagesAt } from './requests/bump.ts';
import { objectLocation, objectsAt } from './requests/clusterObjects.ts';
import { detailsOf } from './requests/details.ts';
import { fileUseOf } from './requests/fileUse.ts';
import { preview, previewBump, previewChange } from './requests/preview.ts';
import { rootsFor } from './requests/roots.ts';
import { mergedRollouts } from './requests/mergedRollouts.ts';
import { deployedManifests, plannedRollout } from './requests/rollout.ts';
import { childrenOf, rowPath } from './requests/rows.ts';
import { statusOf } from './requests/status.ts';
import { wantedImages } from './requests/wantedImages.ts';
import type { Session } from './session.ts';

const groupBy = oneOf('application', 'environment');
const bump = { usage: text, tag: text, mode: oneOf('owner', 'override') };

export function serveCustomRequests(connection: Connection, session: Session): void {
  connection.onRequest(statusRequest, () => statusOf(session));
  connection.onRequest(refreshRequest, async () => {
    session.rescan();
    await session.settled();
    return statusOf(session);
  });
  connection.onRequest(childrenRequest, (params) => {
    const { parent, ...how } = checked(params, {
      parent: optional(text),
      groupBy,
      filter: oneOf('all', 'problems', 'differs'),
    });
    return childrenOf(session, { parent: parent ?? undefined, ...how });
  });
  connection.onRequest(rowPathRequest, (params) => {
    const { usage, groupBy: by } = checked(params, { usage: text, groupBy });
    return rowPath(session, usage, by);
  });
  connection.onRequest(detailsRequest, (params) => detailsOf(session, checked(params, { usage: text }).usage));
  connection.onRequest(bumpTargetsRequest, () => bumpTargets(session));
  connection.onRequest(usagesAtRequest, (params) => {
    const { uri, position: at } = checked(params, { uri: text, position });
    return usagesAt(session, uri, at);
  });
  connection.onRequest(tagsRequest, (params, token) => tagsFor(session, checked(params, { usage: text }).usage, token));
  connection.onRequest(planBumpRequest, (params) => {
    const { usage, tag, mode } = checked(params, bump);
    return planBump(session, usage, tag, mode);
  });
  connection.onRequest(rootsRequest, (params) => rootsFor(session, checked(params, { uri: optional(text) }).uri ?? null));
  connection.onRequest(fileUseRequest, (params) => fileUseOf(session, checked(params, { uri: text }).uri));
  connection.onRequest(previewRequest, (params, token) => {
    const { root, reveal } = checked(params, { root: text, reveal: flag });
    return preview(session, root, reveal, token);
  });
  connection.onRequest(previewChangeRequest, (params, token) => {
    const { root, baseline, reveal } = checked(params, { root: text, baseline: oneOf('HEAD', 'saved'), reveal: flag });
    return previewChange(session, root, baseline, reveal, token);
  });
  connection.onRequest(previewBumpRequest, (params, token) =>
    previewBump(session, checked(params, { ...bump, reveal: flag }), token),
  );
  connection.onRequest(objectLocationRequest, (params) =>
    objectLocation(session, checked(params, { reference: objectReference }).reference),
  );
  connection.onRequest(objectsAtRequest, (params) => {
    const { uri, position: at } = checked(params, { uri: text, position });
    return objectsAt(session, uri, at);
  });
  connection.onRequest(wantedImagesRequest, () => wantedImages(session));
  connection.onRequest(plannedRolloutRequest, (params, token) => {
    const { usage, commit } = checked(params, { usage: text, commit: text });
    return plannedRollout(session, usage, commit, token);
  });
  connection.onRequest(mergedRolloutsRequest, (params, token) =>
    mergedRollouts(session, checked(params, { repository: text, commit: text, base: text }), token),
  );
  connection.onRequest(deployedManifestsRequest, (params, token) =>
    deployedManifests(session, checked(params, { root: text }).root, token),
  );
}
