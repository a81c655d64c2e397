import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLink, escapeMarkdown, link, table } from '../../../src/core/text/markdown.ts';

/** What a renderer of markdown shows for character references. */
function shown(markdown: string): string {
  return markdown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

const hostile = [
  '<img src=x>',
  '[x](command:foo)',
  '$(zap)',
  '`a` *b* _c_ | d',
  'https://evil.example',
  'a\nb',
  '&lt;',
  '\u{1F600}',
];

test('no character that means something in markdown or HTML is left, and all are shown', () => {
  for (const name of hostile) {
    const markdown = escapeMarkdown(name);
    assert.equal(markdown.replaceAll(/&#\d+;/g, '').match(/[^\p{L}\p{N} ]/u), null, markdown);
    assert.equal(shown(markdown), name);
  }
});

test('letters of any alphabet stay readable', () => {
  assert.equal(escapeMarkdown('Größe 42 данные'), 'Größe 42 данные');
});

test('nothing in an address or an argument ends the link that it is in', () => {
  for (const name of hostile) {
    assert.match(link(name, `file:///a (b)/${name.replaceAll('\n', '')}#L1`), /^\[[^[\]]*\]\([^()<> ]*\)$/);
    const [, argument = ''] = /^\[[^[\]]*\]\(command:x\?([^()<> ]*)\)$/.exec(commandLink('x', 'x', { name })) ?? [];
    assert.deepEqual(JSON.parse(decodeURIComponent(argument)), [{ name }]);
  }
});

test('a table has a row for each word, and nothing is a table of nothing', () => {
  assert.equal(table([['tag', 'v1', '', 'a.yaml']]), '| | |\n|:--|:--|\n| tag | v1 &nbsp; a.yaml |');
  assert.equal(table([]), '');
});
