import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { isRefused } from '../../src/core/change/plan.ts';
import { movesOf, planPromotion } from '../../src/core/change/promotion.ts';
import { planPromotionEdits } from '../../src/core/change/promotionPlan.ts';
import { versionText } from '../../src/core/change/version.ts';
import type { Inventory } from '../../src/core/inventory/inventory.ts';
import { applyEdits } from '../../src/core/text/textEdit.ts';
import { deployment, kustomization, snapshotOf } from '../support/environments.ts';

const names = ['web', 'api', 'jobs'];
const environments = ['dev', 'staging', 'prod'];

const tags = fc.oneof(
  fc.constantFrom('v1.0.0', 'v1.2.3', 'v2.0.0-rc.1', '1.10', '0362525', 'latest', 'main', '2024-06-27', '3f2a1b0c9d8e'),
  fc.stringMatching(/^v[0-9]\.[0-9]\.[0-9]$/),
);
const digests = fc.constantFrom(`sha256:${'ab'.repeat(32)}`, `sha256:${'cd'.repeat(32)}`);

/** How an overlay decides the tag of one image: not at all, or by an entry as people write them. */
const entries = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.record({
      tag: tags,
      digest: fc.option(digests, { nil: undefined, freq: 3 }),
      style: fc.constantFrom('block', 'flow', 'reversed', 'commented', 'renamed'),
    }),
  },
);

const repositories = fc.record({
  /** Whether all applications stand in one overlay. */
  together: fc.boolean(),
  base: fc.array(tags, { minLength: names.length, maxLength: names.length }),
  overlays: fc.array(fc.array(entries, { minLength: names.length, maxLength: names.length }), {
    minLength: environments.length,
    maxLength: environments.length,
  }),
  sidecar: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n'),
  to: fc.subarray(['staging', 'prod'], { minLength: 1 }),
  ticks: fc.infiniteStream(fc.boolean()),
});

type Entry = { readonly tag: string; readonly digest: string | undefined; readonly style: string } | undefined;

function entryLines(name: string, entry: Entry): string[] {
  if (entry === undefined) return [];
  const { tag, digest, style } = entry;
  const image = `acme/${name}`;
  if (style === 'flow') return [`- {name: ${image}, newTag: "${tag}"${digest === undefined ? '' : `, digest: "${digest}"`}}`];
  const fields = [
    `newTag: "${tag}"${style === 'commented' ? ' # mind this' : ''}`,
    ...(digest === undefined ? [] : [`digest: ${digest}`]),
  ];
  if (style === 'renamed') fields.push(`newName: mirror.example/${name}`);
  const all = style === 'reversed' ? [...fields, `name: ${image}`] : [`name: ${image}`, ...fields];
  return all.map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
}

function filesOf({
  together,
  base,
  overlays,
  sidecar,
  end,
}: {
  together: boolean;
  base: string[];
  overlays: Entry[][];
  sidecar: boolean;
  end: string;
}): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    files[`apps/${name}/base/kustomization.yaml`] = kustomization('resources:', '- deployment.yaml');
    files[`apps/${name}/base/deployment.yaml`] = deployment(
      name,
      `acme/${name}:${base[index] ?? 'v1'}`,
      ...(sidecar ? [`acme/${name}:${base[index] ?? 'v1'}`] : []),
    );
  }
  for (const [at, environment] of environments.entries()) {
    const own = (index: number) => entryLines(names[index] ?? '', overlays[at]?.[index]);
    const list = (lines: readonly string[]) => (lines.length === 0 ? [] : ['images:', ...lines]);
    if (together)
      files[`apps/${environment}/kustomization.yaml`] = kustomization(
        'resources:',
        ...names.map((name) => `- ../${name}/base`),
        ...list(names.flatMap((_, index) => own(index))),
      );
    else
      for (const [index, name] of names.entries())
        files[`apps/${name}/${environment}/kustomization.yaml`] = kustomization('resources:', '- ../base', ...list(own(index)));
  }
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('\n', end)]));
}

/** What runs, by environment, workload and container. */
function running(inventory: Inventory): Map<string, string> {
  return new Map(
    inventory.images.map(({ environment, root, usage }) => [
      [environment, root.id, usage.workload, usage.container].join(' '),
      usage.reference,
    ]),
  );
}

describe('A promotion', () => {
  test('makes the targets run what it says, and nothing else changes', () => {
    let promoted = 0;
    fc.assert(
      fc.property(repositories, ({ to, ticks, ...layout }) => {
        const files = filesOf(layout);
        const { repository, inventory } = snapshotOf(files);
        const promotion = planPromotion(repository, inventory, { from: { environment: 'dev', inventory }, to });
        const iterator = ticks[Symbol.iterator]();
        const moves = movesOf(promotion).filter(() => iterator.next().value === true);
        const plan = planPromotionEdits(repository, inventory, moves);
        if (isRefused(plan)) {
          assert.deepEqual(moves, []);
          return;
        }
        assert.deepEqual(plan.refused, []);
        const expected = running(inventory);
        for (const { wanted, images } of moves)
          for (const { environment, root, usage } of images)
            expected.set(
              [environment, root.id, usage.workload, usage.container].join(' '),
              `${usage.name}${wanted.tag === '' ? '@' : ':'}${versionText(wanted)}`,
            );
        const texts: Record<string, string> = { ...files };
        for (const [path, edits] of plan.files) {
          const text = applyEdits(files[path] ?? '', edits);
          assert.ok(typeof text === 'string');
          texts[path] = text;
          assert.equal(text.split(layout.end).join('').includes('\r'), false, 'line ends stay as they are');
        }
        assert.deepEqual(running(snapshotOf(texts).inventory), expected);
        assert.deepEqual(plan.alsoChanges, []);
        promoted += moves.length;
      }),
      { numRuns: 300 },
    );
    assert.ok(promoted > 300, String(promoted));
  });
});
