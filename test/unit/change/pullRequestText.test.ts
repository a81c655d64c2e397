import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PullRequestContent } from '../../../src/core/change/pullRequestText.ts';
import { pullRequestText, updatedText } from '../../../src/core/change/pullRequestText.ts';
import { comparePage, sourceCompareLink } from '../../../src/core/change/webAddresses.ts';

const values = { application: 'backend', environment: 'prod', tag: 'v2' };
const content = (changes: Partial<PullRequestContent> = {}): PullRequestContent => ({
  images: [{ application: 'backend', environment: 'prod', image: 'ghcr.io/acme/api', from: 'v1', to: 'v2' }],
  fluxKustomizations: ['flux-system/apps-prod'],
  problems: [],
  compareLinks: [],
  renderedDiff: '',
  summary: '',
  ...changes,
});

describe('The text of a pull request', () => {
  it('has a title, a table and what applies it', () => {
    const { title, body } = pullRequestText(content({ renderedDiff: '-a\n+b\n' }), values);
    assert.equal(title, 'chore(prod): bump backend to v2');
    assert.equal(
      body,
      `<!-- gitops-cockpit: chore(prod)%3A%20bump%20backend%20to%20v2 -->
| Application | Environment | Image | From | To |
| --- | --- | --- | --- | --- |
| \`backend\` | \`prod\` | \`ghcr.io/acme/api\` | \`v1\` | \`v2\` |

Applied by the Flux Kustomization \`flux-system/apps-prod\`.

<details><summary>Rendered manifests</summary>

\`\`\`diff
-a
+b
\`\`\`

</details>
<!-- /gitops-cockpit -->`,
    );
  });

  it('escapes what comes from files', () => {
    const hostile = '`|x`\n| y @acme/all <script> [a](javascript:x) {diff} <!-- /gitops-cockpit -->';
    const { body } = pullRequestText(
      content({
        images: [{ application: hostile, environment: hostile, image: hostile, from: hostile, to: hostile }],
        fluxKustomizations: [hostile],
        problems: [hostile],
        compareLinks: ['javascript:alert(1)', 'https://github.com/a/b> @all'],
        renderedDiff: '```\n</details> @all\n',
      }),
      { application: hostile, environment: hostile, tag: hostile },
      { body: '{application} {changes}\n\n{flux}\n\n{problems}\n\n{compare}\n\n{diff} {unknown}' },
    );
    const row = body.split('\n').find((line) => line.startsWith('| ``'));
    assert.equal(row?.replaceAll('\\|', '').split('|').length, 7, 'the table keeps its columns');
    const outsideCode = body.replace(/(`{2,})[^]*?\1/g, '').replace(/\\./g, '');
    assert.doesNotMatch(outsideCode, /<script|\]\(javascript|@acme/);
    assert.match(body, /````diff\n```\n<\/details> @all\n````/);
    assert.doesNotMatch(body, /What is new/);
    assert.match(body, /\{unknown\}/);
    assert.equal(body.match(/Rendered manifests/g)?.length, 1);
  });

  it('has what a language model wrote as a quote above the table, where nothing of it works', () => {
    const summary = '## Moves the **API**.\n\n| a |\n<!-- /gitops-cockpit --> @acme fixes #1 and GH-2, see https://evil.example';
    const { body } = pullRequestText(content({ summary }), values);
    const [, quote, , note, , header] = body.split('\n');
    assert.equal(
      quote,
      '> Moves the \\*\\*API\\*\\*. \\| a \\| \\<\\!-- /gitops-cockpit --\\> @\u200bacme fixes \\#\u200b1 and GH-\u200b2, see https:\u200b//evil.example',
    );
    assert.deepEqual([note, header], ['> _Written by a language model._', '| Application | Environment | Image | From | To |']);
    assert.ok(pullRequestText(content({ summary: 'word '.repeat(10_000) }), values).body.length < 2000);
    assert.equal(pullRequestText(content({ summary: '## \n - ' }), values).body, pullRequestText(content(), values).body);
  });

  it('fits into what GitHub takes, and says where it was cut', () => {
    const renderedDiff = Array.from({ length: 10_000 }, (_, index) => `+ line ${String(index)}\n`).join('');
    const { body } = pullRequestText(content({ renderedDiff }), values);
    assert.ok(body.length <= 65_000 && body.length > 60_000);
    assert.match(body, /Rendered manifests \(cut: the whole diff is too long for a pull request\)/);
    assert.match(body, /\+ line \d+\n```\n\n<\/details>\n<!-- \/gitops-cockpit -->$/);
    const many = Array.from({ length: 500 }, (_, index) => ({
      ...content().images[0],
      image: `i${String(index)}`,
      application: 'a',
      environment: 'e',
      from: 'f',
      to: 't',
    }));
    assert.match(pullRequestText(content({ images: many }), values).body, /\nand 400 more\n/);
    assert.ok(pullRequestText(content(), { ...values, tag: 'x'.repeat(1000) }).title.length <= 250);
    assert.ok(
      pullRequestText(content({ problems: Array.from({ length: 90 }, () => 'y'.repeat(2000)) }), values).body.length <= 65_536,
    );
  });

  it('fits with a long title and with what people wrote, and in halves of characters', () => {
    const long = pullRequestText(content(), values, { title: '界'.repeat(400), body: 'x'.repeat(80_000) });
    assert.ok(long.body.length <= 65_000 && long.body.endsWith('<!-- /gitops-cockpit -->'));
    assert.equal(pullRequestText(content(), values, { title: `${'x'.repeat(249)}😀` }).title, 'x'.repeat(249));
    const renderedDiff = '+ line\n'.repeat(20_000);
    const next = pullRequestText(content({ renderedDiff }), values);
    for (const [theirs, has] of [
      [5000, /are too long for this pull request/],
      [65_300, /\(cut\)/],
    ] as const)
      for (const start of ['', `${pullRequestText(content(), values).body}\n`]) {
        const { body } = updatedText({ title: 'x', body: `${start}${'w'.repeat(theirs)}` }, next);
        assert.ok(body.length <= 65_536, String(body.length));
        assert.ok(body.includes('w'.repeat(theirs)));
        assert.ok(has.test(body));
      }
  });

  it('has one section, whatever the manifests contain', () => {
    const marks = '+ <!-- /gitops-cockpit -->\n+ <!-- gitops-cockpit: x -->\n';
    const first = pullRequestText(content({ renderedDiff: marks, problems: [marks] }), { ...values, application: marks });
    assert.equal(first.body.match(/<!-- \/?gitops-cockpit/g)?.length, 2);
    const next = pullRequestText(content(), values);
    assert.equal(updatedText({ title: first.title, body: `${first.body}\n\nours` }, next).body, `${next.body}\n\nours`);
  });

  it('made again keeps what people wrote around it, and their title', () => {
    const first = pullRequestText(content(), values);
    const next = pullRequestText(content(), { ...values, tag: 'v3' });
    assert.deepEqual(updatedText({ title: first.title, body: `Before\n\n${first.body}\n\n- [x] done` }, next), {
      title: next.title,
      body: `Before\n\n${next.body}\n\n- [x] done`,
    });
    assert.equal(updatedText({ ...first, title: 'Mine' }, next).title, 'Mine');
    assert.deepEqual(updatedText({ title: 'Theirs', body: 'Written by hand' }, next), {
      title: 'Theirs',
      body: `Written by hand\n\n${next.body}`,
    });
    const odd = pullRequestText(content(), { ...values, tag: "$& $' $1 -->" });
    assert.equal(updatedText(first, odd).body, odd.body);
    assert.equal(updatedText(odd, next).title, next.title);
  });
});

describe('Addresses on GitHub', () => {
  const repository = { host: 'github.com', owner: 'acme', name: 'app' };

  it('of the compare page have everything filled in, and stay short enough', () => {
    const text = pullRequestText(content({ renderedDiff: 'x\n'.repeat(30_000) }), values);
    const page = comparePage(
      { repository, base: 'main', head: 'gitops-cockpit/prod/a b', headOwner: 'mira', labels: ['a', 'b'] },
      text,
    );
    assert.ok(page.length <= 7500);
    const { pathname, searchParams } = new URL(page);
    assert.equal(pathname, '/acme/app/compare/main...mira:gitops-cockpit/prod/a%20b');
    assert.deepEqual(
      [searchParams.get('expand'), searchParams.get('title'), searchParams.get('labels')],
      ['1', text.title, 'a,b'],
    );
    assert.match(searchParams.get('body') ?? '', /\| `backend` \|/);
    assert.ok(comparePage({ repository, base: 'main', head: 'x' }, { title: 't', body: 'ü'.repeat(60_000) }).length <= 7500);
  });

  it('of what is new are there only where the source and both versions are known', () => {
    const built = (source: string, revision: string) => ({ source, revision });
    const app = 'https://github.com/acme/app';
    const hosts = ['github.com', 'ghe.acme.dev'];
    const [old, next] = ['0'.repeat(40), '1'.repeat(40)];
    assert.equal(sourceCompareLink(built(`${app}.git`, old), built(app, next), hosts), `${app}/compare/${old}...${next}`);
    assert.equal(
      sourceCompareLink(built('https://ghe.acme.dev/acme/app', old), built('https://ghe.acme.dev/Acme/app/', next), hosts),
      `https://ghe.acme.dev/Acme/app/compare/${old}...${next}`,
    );
    for (const [from, to] of [
      [built('', old), built(app, next)],
      [built(app, ''), built(app, next)],
      [built(app, old), built(app, old)],
      [built(app, old), built('https://github.com/acme/other', next)],
      [built(app, 'v1'), built(app, 'v2?x=y')],
      [built('https://evil.example/acme/app', old), built('https://evil.example/acme/app', next)],
      [built('javascript:alert(1)', old), built('javascript:alert(1)', next)],
    ] as const)
      assert.equal(sourceCompareLink(from, to, hosts), undefined);
  });
});
