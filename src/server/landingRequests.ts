/** Our own requests about changes that are committed or proposed: what each takes, and who answers it. */
import type { Connection } from 'vscode-languageserver/node';
import {
  deleteBranchRequest,
  mergedProposalsRequest,
  mergeQuestionRequest,
  mergeRequest,
  planRevertRequest,
  proposalsRequest,
  tagEditsRequest,
} from '../protocol/changes.ts';
import { commitRequest, landingsRequest, proposeRequest } from '../protocol/proposal.ts';
import { builtRequest, pinnedRequest, registryTagsRequest } from '../protocol/registry.ts';
import { checked, checkedWhole, count, flag, kinds, list, object, oneOf, position, text, texts } from './params.ts';
import { deleteBranch, merge, mergeQuestion, proposalsOf, revertOf, tagEditRows } from './requests/changes.ts';
import { commit, landingsOf, propose } from './requests/landing.ts';
import { mergedProposals } from './requests/mergedProposals.ts';
import { built, pinned, registryTags } from './requests/registry.ts';
import type { Session } from './session.ts';

const edit = object({ range: object({ start: position, end: position }), newText: text });
const landable = kinds({
  plan: object({
    files: list(object({ uri: text, textHash: text, edits: list(edit) })),
    changes: list(object({ application: text, environment: text })),
    warnings: texts,
    alsoChanges: texts,
  }),
  edits: object({ edits: texts }),
});
const proposal = { repository: text, number: count };
const landing = { change: landable, workDoneToken: text };

export function serveLandingRequests(connection: Connection, session: Session): void {
  connection.onRequest(landingsRequest, (params, token) => landingsOf(session, checkedWhole(params, landable), token));
  connection.onRequest(commitRequest, (params, token) => commit(session, checked(params, landing), token));
  connection.onRequest(proposeRequest, (params, token) => propose(session, checked(params, landing), token));

  connection.onRequest(registryTagsRequest, (params, token) =>
    registryTags(session, checked(params, { usage: text }).usage, token),
  );
  connection.onRequest(pinnedRequest, (params, token) => pinned(session, checked(params, { usage: text }).usage, token));
  connection.onRequest(builtRequest, (params, token) => built(session, checked(params, { usage: text, tag: text }), token));

  connection.onRequest(tagEditsRequest, (token) => tagEditRows(session, token));
  connection.onRequest(planRevertRequest, (params, token) => revertOf(session, checked(params, { edits: texts }).edits, token));
  connection.onRequest(proposalsRequest, (params, token) =>
    proposalsOf(session, checked(params, { mayAsk: flag }).mayAsk, token),
  );
  connection.onRequest(mergedProposalsRequest, (token) => mergedProposals(session, token));
  connection.onRequest(mergeQuestionRequest, (params, token) => mergeQuestion(session, checked(params, proposal), token));
  connection.onRequest(mergeRequest, (params, token) =>
    merge(session, checked(params, { ...proposal, head: text, method: oneOf('merge', 'squash', 'rebase') }), token),
  );
  connection.onRequest(deleteBranchRequest, (params, token) =>
    deleteBranch(session, checked(params, { repository: text, branch: text }), token),
  );
}
