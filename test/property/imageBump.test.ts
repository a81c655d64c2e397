import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { planImageBump } from '../../src/core/change/imageBump.ts';
import { isRefused } from '../../src/core/change/plan.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage } from '../../src/core/repository/model.ts';
import { applyEdits } from '../../src/core/text/textEdit.ts';
import { publicCases, readCases } from '../conformance/cases.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';

const own = join(import.meta.dirname, '../conformance/cases/own.json');
const repositories: readonly ReadonlyMap<string, string>[] = [
  readRepository(sampleFolder),
  ...[...readCases(publicCases), ...readCases(own)]
    .filter(({ kind }) => kind === 'bump' || kind === 'effective-image')
    .map(({ files = {} }) => new Map(Object.entries(files))),
];

const tags = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
  fc.constantFrom('1.10', '0362525', '1e3', 'on', 'null', '2024-06-27', '0x1F', '1_000', 'NaN', '12e4567', '1.2.3', 'y'),
  fc.constant(`v3@sha256:${'0f'.repeat(32)}`),
  fc.constant(`sha256:${'0f'.repeat(32)}`),
);

/** How people and editors write the same file: line ends, byte order mark, last line. */
const dress = fc
  .record({ crlf: fc.boolean(), mark: fc.boolean(), cut: fc.boolean() })
  .map(({ crlf, mark, cut }) => (text: string): string => {
    const ends = crlf ? text.replace(/\r?\n/g, '\r\n') : text;
    return (mark && !ends.startsWith('\uFEFF') ? '\uFEFF' : '') + (cut ? ends.replace(/(?:\r?\n)+$/, '') : ends);
  });

const bumps = fc.record({
  files: fc.constantFrom(...repositories),
  dress,
  pick: fc.nat(),
  tag: tags,
  mode: fc.constantFrom('owner' as const, 'override' as const),
});

function pickUsage(repository: GitOpsRepository, pick: number): { root: BuildRoot; usage: ImageUsage } | undefined {
  const all = repository.roots.flatMap((root) => root.usages.map((usage) => ({ root, usage })));
  return all[pick % Math.max(all.length, 1)];
}

/** Lines of `before` that are not in `after`, without what the two share at both ends. */
function replacedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  while (old.length > 0 && old[0] === now[0]) {
    old.shift();
    now.shift();
  }
  while (old.length > 0 && old.at(-1) === now.at(-1)) {
    old.pop();
    now.pop();
  }
  return old;
}

describe('A planned bump', () => {
  test('gives the wanted reference when its files are read anew, and leaves every other image alone', () => {
    let planned = 0;
    fc.assert(
      fc.property(bumps, ({ files, dress: put, pick, tag, mode }) => {
        const texts = new Map([...files].map(([path, text]) => [path, path.endsWith('.json') ? text : put(text)]));
        const repository = createRepository(texts);
        const chosen = pickUsage(repository, pick);
        if (chosen === undefined) return;
        const plan = planImageBump(repository, { ...chosen, tag, mode });
        if (isRefused(plan)) {
          assert.match(plan.refusal, /^["A-Za-z0-9$].*\.$/s);
          return;
        }
        planned++;
        const after = new Map(texts);
        for (const [path, edits] of plan.files) after.set(path, applyEdits(texts.get(path) ?? '', edits) as string);
        const anew = createRepository(after);
        const rootIn = (other: GitOpsRepository) => other.roots.find(({ id }) => id === chosen.root.id);
        assert.deepEqual(
          rootIn(anew)?.usages.map(({ reference }) => reference),
          rootIn(plan.next)?.usages.map(({ reference }) => reference),
        );
        const [at = '', digest = ''] = tag.startsWith('sha256:') ? ['', tag] : tag.split('@');
        assert.deepEqual([plan.changes[0]?.after.tag ?? at, plan.changes[0]?.after.digest ?? digest], [at, digest]);
        const changed = new Set(plan.changes.map(({ before }) => before));
        for (const [index, usage] of chosen.root.usages.entries())
          if (!changed.has(usage)) assert.equal(rootIn(anew)?.usages[index]?.reference, usage.reference);
      }),
      { numRuns: 400 },
    );
    assert.ok(planned > 100, `only ${String(planned)} plans`);
  });

  test('changes no other line, and on its line nothing but the value', () => {
    fc.assert(
      fc.property(bumps, ({ files, dress: put, pick, tag, mode }) => {
        const texts = new Map([...files].map(([path, text]) => [path, path.endsWith('.json') ? text : put(text)]));
        const repository = createRepository(texts);
        const chosen = pickUsage(repository, pick);
        if (chosen === undefined) return;
        const plan = planImageBump(repository, { ...chosen, tag, mode });
        if (isRefused(plan)) return;
        for (const [path, edits] of plan.files) {
          const before = texts.get(path) ?? '';
          const after = applyEdits(before, edits);
          assert.ok(typeof after === 'string');
          assert.equal(after.startsWith('\uFEFF'), before.startsWith('\uFEFF'));
          assert.equal(/[^\r]\n/.test(after), /[^\r]\n/.test(before), 'line ends');
          assert.equal(after.endsWith('\n'), before.endsWith('\n'), 'last line');
          const replaced = replacedLines(before, after);
          // The line of the tag, that of a digest that goes away, and what lies between the two.
          assert.ok(replaced.length <= 3, replaced.join('\n'));
          for (const line of replaced) {
            const comment = /\s#.*$/.exec(line)?.[0];
            const isDigest = /digest:|sha256:/.test(line);
            // A digest alone takes the place of the tag, whose key goes with its comment.
            if (comment !== undefined && !isDigest && !tag.startsWith('sha256:')) assert.ok(after.includes(comment), comment);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
