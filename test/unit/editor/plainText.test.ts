import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forLabel, forMarkdown, forMessage, forTab } from '../../../src/editor/plainText.ts';

/** What a renderer of markdown shows for character references. */
function shown(markdown: string): string {
  return markdown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

test('no character that means something in markdown or HTML is left, and all are shown', () => {
  for (const name of [
    '<img src=x>',
    '[x](command:foo)',
    '$(zap)',
    '`a` *b* _c_ | d',
    'https://evil.example',
    'a\nb',
    '&lt;',
    '\u{1F600}',
  ]) {
    const markdown = forMarkdown(name);
    assert.equal(markdown.replaceAll(/&#\d+;/g, '').match(/[^\p{L}\p{N} ]/u), null, markdown);
    assert.equal(shown(markdown), name);
  }
});

test('letters of any alphabet stay readable in markdown', () => {
  assert.equal(forMarkdown('Größe 42 данные'), 'Größe 42 данные');
});

test('icons in labels are shown as they are written', () => {
  assert.equal(forLabel('$(zap) $5'), '\\$(zap) $5');
});

test('links in messages are no links any more', () => {
  assert.equal(/\]\(/.test(forMessage('[x](command:foo) and [y](https://a.example)')), false);
});

test('a tab shows a path with its slashes', () => {
  assert.equal(forTab('apps/prod'), 'apps\u2215prod');
});
