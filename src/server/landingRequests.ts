/** Our own requests about changes that are committed or proposed: what each takes, and who answers it. */
import type { Connection } from 'vscode-languageserver/node';
import { commitRequest, landingsRequest, proposeRequest } from '../protocol/proposal.ts';
import { checked, checkedWhole, kinds, list, object, position, text, texts } from './params.ts';
import { commit, landingsOf, propose } from './requests/landing.ts';
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
const landing = { change: landable, workDoneToken: text };

export function serveLandingRequests(connection: Connection, session: Session): void {
  connection.onRequest(landingsRequest, (params, token) => landingsOf(session, checkedWhole(params, landable), token));
  connection.onRequest(commitRequest, (params, token) => commit(session, checked(params, landing), token));
  connection.onRequest(proposeRequest, (params, token) => propose(session, checked(params, landing), token));
}
