/** Our own requests about promotions, rollbacks, the past of tags and comparisons: what each takes, and who answers it. */
import type { Connection } from 'vscode-languageserver/node';
import { branchesRequest, comparisonRequest } from '../protocol/comparison.ts';
import {
  environmentCommitsRequest,
  environmentsRequest,
  planChangeRequest,
  previewIntendedRequest,
  promotionCandidatesRequest,
} from '../protocol/promotion.ts';
import { committedFileRequest, timelineRequest } from '../protocol/timeline.ts';
import { checked, checkedWhole, count, flag, kinds, nullable, object, oneOf, optional, text, texts } from './params.ts';
import { branchesOf, comparisonOf } from './requests/comparison.ts';
import { environmentCommits, environmentsOf } from './requests/environments.ts';
import { planChange } from './requests/intendedChange.ts';
import { previewIntended } from './requests/preview.ts';
import { promotionCandidates } from './requests/promotion.ts';
import { committedFile, timelineOf } from './requests/timeline.ts';
import type { Session } from './session.ts';

const scope = {
  repository: text,
  from: text,
  to: texts,
  application: nullable(text),
  usage: nullable(text),
  commit: nullable(text),
};
const intended = kinds({
  promotion: object({ scope: object(scope), candidates: texts }),
  rollback: object({ usage: text, version: text, automation: oneOf('keep', 'pin', 'suspend') }),
});
const comparison = kinds({
  environments: object({ repository: text, left: text, right: text, application: nullable(text), fold: flag }),
  branch: object({ repository: text, revision: text, application: nullable(text), environment: nullable(text) }),
});

export function serveChangeRequests(connection: Connection, session: Session): void {
  connection.onRequest(environmentsRequest, () => environmentsOf(session));
  connection.onRequest(promotionCandidatesRequest, (params, token) =>
    promotionCandidates(session, checked(params, scope), token),
  );
  connection.onRequest(environmentCommitsRequest, (params, token) =>
    environmentCommits(session, checked(params, { repository: text, environment: text }), token),
  );
  connection.onRequest(planChangeRequest, (params, token) => planChange(session, checkedWhole(params, intended), token));
  connection.onRequest(previewIntendedRequest, (params, token) =>
    previewIntended(session, checked(params, { intended, root: text, reveal: flag }), token),
  );
  connection.onRequest(timelineRequest, (params, token) =>
    timelineOf(session, checked(params, { usage: text, limit: count, lead: flag, partialResultToken: optional(text) }), token),
  );
  connection.onRequest(committedFileRequest, (params, token) =>
    committedFile(session, checked(params, { repository: text, commit: text, path: text, before: flag }), token),
  );
  connection.onRequest(comparisonRequest, (params, token) => comparisonOf(session, checkedWhole(params, comparison), token));
  connection.onRequest(branchesRequest, (params, token) =>
    branchesOf(session, checked(params, { repository: text }).repository, token),
  );
}
