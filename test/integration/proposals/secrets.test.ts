import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OutsideError } from '../../../src/clients/errors.ts';
import { planFromBumps } from '../../../src/workflows/planOnBase.ts';
import { proposeChange } from '../../../src/workflows/proposeChange.ts';
import { GitHubDescription } from '../../support/github/description.ts';
import type { LocalGitHub } from '../../support/github/server.ts';
import { startLocalGitHub } from '../../support/github/server.ts';
import type { LocalRemote } from '../../support/localRemote.ts';
import { remoteToken, startLocalRemote } from '../../support/localRemote.ts';

let remote: LocalRemote;
let hub: LocalGitHub;
before(async () => {
  remote = await startLocalRemote();
  hub = await startLocalGitHub(await GitHubDescription.load(), `${remote.root}/git`);
  hub.tokens[remoteToken] = { login: 'mira' };
});
after(async () => {
  await hub[Symbol.asyncDispose]();
  await remote[Symbol.asyncDispose]();
});

/** The token as it is, and as basic authentication writes it. */
const secrets = [
  remoteToken,
  ...['mira', 'x-access-token'].map((user) => Buffer.from(`${user}:${remoteToken}`).toString('base64').slice(8, -6)),
];

function assertClean(name: string, text: string): void {
  for (const secret of secrets)
    assert.ok(
      !text.includes(secret),
      `${name} has a token: ${text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret) + 20)}`,
    );
}

async function propose(folder: string, tag: string, token: string | undefined): Promise<string> {
  const said: string[] = [];
  const note = (line: string): void => void said.push(line);
  try {
    const done = await proposeChange(
      {
        folder,
        names: { applications: ['backend'], environments: ['prod'] },
        plan: planFromBumps([{ image: 'backend', environment: 'prod', tag, mode: 'owner' }]),
        settings: { gitHubHosts: ['github.com', remote.host], autoMerge: 'squash' },
        token: () => Promise.resolve(token),
        apiUrl: hub.apiUrl,
      },
      { report: note, log: note },
    );
    said.push(JSON.stringify(done));
  } catch (error) {
    assert.ok(error instanceof OutsideError, String(error));
    said.push(error.message, String(error.stack), JSON.stringify(error), String(error.cause));
  }
  return said.join('\n');
}

test('a token is in no output, log, error, command line or file, whether things work or not', async () => {
  const folder = await remote.clone('clone');
  const trace = join(remote.root, 'trace');
  process.env['GIT_TRACE'] = trace;
  // A credential store that has an old entry: Git would have it replaced, or dropped.
  const store = join(remote.home, '.git-credentials');
  const kept = `${remote.origin.replace('//', '//mira:old@')}\n`;
  writeFileSync(store, kept);
  const said: string[] = [];
  said.push(await propose(folder, 'backend-v0.0.6', remoteToken));
  assert.match(said.join('\n'), /"outcome":"created"/, 'the token of the caller was used');
  hub.fault = (method) => (method === 'GET' ? undefined : { status: 403, body: { message: 'Bad token' } });
  said.push(await propose(folder, 'backend-v0.0.7', remoteToken));
  delete remote.users[remoteToken];
  assert.equal(readFileSync(store, 'utf8'), kept, 'what the user keeps for Git stays after a success');
  said.push(await propose(folder, 'backend-v0.0.8', remoteToken));
  assert.equal(readFileSync(store, 'utf8'), kept, 'and after a refusal');
  delete process.env['GIT_TRACE'];
  // What the user has in an address of their own is not repeated either.
  remote.git(folder, 'remote', 'set-url', 'origin', `http://mira:${remoteToken}@127.0.0.1:9/acme/study-app-gitops.git`);
  remote.git(folder, 'config', 'url.http://none.insteadOf', 'none');
  said.push(await propose(folder, 'backend-v0.0.9', undefined));
  assertClean('the output', said.join('\n'));
  const commands = readFileSync(trace, 'utf8');
  assert.ok(commands.includes('git push') || commands.includes('push --porcelain'), 'commands were traced');
  assertClean('a command line', commands);
  for (const path of readdirSync(join(folder, '.git'), { recursive: true, encoding: 'utf8', withFileTypes: true }))
    if (path.isFile() && path.name !== 'config') assertClean(path.name, readFileSync(join(path.parentPath, path.name), 'latin1'));
  for (const path of readdirSync(remote.home, { recursive: true, encoding: 'utf8', withFileTypes: true }))
    if (path.isFile()) assertClean(path.name, readFileSync(join(path.parentPath, path.name), 'latin1'));
});
