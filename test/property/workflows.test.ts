import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { outputsOfScript } from '../../src/core/githubActions/scriptOutputs.ts';
import { publicCases, readCases } from '../conformance/cases.ts';
import { problemsOf } from '../support/workflowFindings.ts';
import type { Files } from '../support/workflowFindings.ts';

const REMOTES = ['https://github.com/acme/shop-gitops'];
const REPOSITORIES: readonly Files[] = readCases(publicCases).flatMap(({ files }) =>
  files !== undefined && Object.keys(files).some((path) => path.startsWith('.github/')) ? [files] : [],
);

const PIECES = [
  ...[
    '${{ needs.build.outputs.tags }}',
    "${{ steps['meta'].outputs.x || '",
    '}}',
    '${{',
    "'",
    '"',
    '\\',
    '\n',
    '\r\n',
    '  ',
    '- ',
    ': ',
    '&a ',
    '*a',
  ],
  ...[
    '|\n',
    '>-\n',
    '#',
    '---\n',
    '\uFEFF',
    '\0',
    'if: needs.',
    'uses: ./.github/workflows/x.yml',
    'needs: [build, ',
    'octo/shop-gitops',
    'outputs:',
  ],
];

describe('Whatever stands in a workflow', () => {
  test('nothing throws, and what is marked and changed lies in its file', () => {
    const change = fc.record({
      at: fc.nat(),
      length: fc.nat(9),
      text: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })),
    });
    fc.assert(
      fc.property(fc.constantFrom(...REPOSITORIES), fc.array(change, { minLength: 1, maxLength: 4 }), (files, changes) => {
        const mutated = Object.fromEntries(
          Object.entries(files).map(([path, text]) => [
            path,
            changes.reduce((result, { at, length, text: inserted }) => {
              const start = at % (result.length + 1);
              return result.slice(0, start) + inserted + result.slice(start + length);
            }, text),
          ]),
        );
        for (const { place, fixes } of problemsOf(mutated, REMOTES)) {
          const length = mutated[place.file]?.length ?? -1;
          assert.ok(0 <= place.start && place.start <= place.end && place.end <= length);
          for (const { change: planned } of fixes) {
            if (planned.type !== 'edit') continue;
            for (const one of planned.operations)
              if (one.type === 'replace') assert.ok(one.start <= one.end && one.end <= length);
          }
        }
      }),
      { numRuns: 600 },
    );
  });

  test('reading a script never throws, and takes no time', () => {
    const pieces = [
      '$(',
      ')',
      '((',
      '))',
      '`',
      "'",
      '"',
      '<<EOF\n',
      'EOF\n',
      '>> $GITHUB_OUTPUT',
      '{ ',
      '; }',
      'case x in ',
      ';;',
      'esac',
      'if ',
      'then ',
      'fi',
      '[[ ',
      ' ]]',
      '|',
      '&&',
      '\\',
      '\n',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 60 }), (parts) => {
        outputsOfScript(parts.join(''));
      }),
      { numRuns: 3_000 },
    );
    for (const piece of pieces) {
      const start = performance.now();
      outputsOfScript(piece.repeat(Math.floor(90_000 / piece.length)));
      assert.ok(performance.now() - start < 2_000, piece);
    }
  });
});
