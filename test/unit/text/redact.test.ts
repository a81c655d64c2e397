import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeSpan, plainSentence } from '../../../src/core/text/gitHubMarkdown.ts';
import { redact } from '../../../src/core/text/redact.ts';

describe('Credentials', () => {
  it('are taken out of addresses, headers and wherever they are known', () => {
    assert.equal(
      redact("unable to access 'https://mira:ghp_x@github.com/a/b': no"),
      "unable to access 'https://github.com/a/b': no",
    );
    assert.equal(
      redact('Authorization: Basic bWlyYTp4\nAUTHORIZATION: token x'),
      'Authorization: Basic •••\nAUTHORIZATION: token •••',
    );
    assert.equal(redact('a ghp_x b ghp_x', ['ghp_x', '']), 'a ••• b •••');
    assert.equal(redact('git@github.com:a/b'), 'git@github.com:a/b');
  });
});

describe('Text in markdown', () => {
  it('is shown as it is', () => {
    assert.equal(codeSpan('a`b``c'), '```a`b``c```');
    assert.equal(codeSpan('`a`'), '`` `a` ``');
    assert.equal(codeSpan('a\n\u0000b'), '`a b`');
    assert.equal(codeSpan(' '), '');
    assert.equal(plainSentence('*a* <b> [c](d) @acme'), '\\*a\\* \\<b\\> \\[c\\]\\(d\\) @\u200bacme');
  });
});
