import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtWords } from '../../../src/core/oci/builtWords.ts';

const now = new Date('2026-11-20T12:00:00Z');
const words = (created: string, revision = '') => builtWords({ created, revision }, now);

describe('The words about a build', () => {
  it('are when it was and of which commit, as far as the image says so', () => {
    assert.equal(words('2026-11-18T11:00:00Z', '1a2b3c4d5e6f'), 'built 2 days ago from 1a2b3c4');
    assert.equal(words('2026-11-20T09:00:00Z'), 'built 3 hours ago');
    assert.equal(words('', '1a2b3c4d5e6f'), 'built from 1a2b3c4');
    assert.equal(words(''), '');
  });

  it('leave out times that are none, and commits that are none', () => {
    for (const created of ['1970-01-01T00:00:00Z', '1980-01-01T00:00:01Z', '2033-01-01T00:00:00Z', 'soon'])
      assert.equal(words(created, 'main'), '');
  });
});
