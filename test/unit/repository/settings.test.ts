import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { mergePlacementSettings, parseSettings } from '../../../src/core/repository/settings.ts';

describe('The settings of a repository', () => {
  it('hold order, environments and applications, in the order in which they are written', () => {
    const { settings, problems } = parseSettings(
      [
        'environments:',
        '  order: [dev, 1, prod]',
        '  names:',
        '    clusters/eu-*: prod',
        "    apps/base/**: ''",
        'applications:',
        '  names: {apps/old: billing}',
      ].join('\n'),
    );
    deepEqual(settings.order, ['dev', '1', 'prod']);
    deepEqual(settings.environments, [
      ['clusters/eu-*', 'prod'],
      ['apps/base/**', ''],
    ]);
    deepEqual(settings.applications, [['apps/old', 'billing']]);
    deepEqual(problems, []);
  });

  it('say how changes of an environment are landed', () => {
    const { policies, problems } = parseSettings('environments:\n  policy: {dev: commit, prod: pullRequest}\n');
    deepEqual(
      [[...policies], problems],
      [
        [
          ['dev', 'commit'],
          ['prod', 'pullRequest'],
        ],
        [],
      ],
    );
  });

  it('are read from the JSON of the editor too', () => {
    const { settings } = parseSettings(
      JSON.stringify({ environments: { names: { 'a/"b"': 'prod' } }, codeLens: { enabled: true } }),
    );
    deepEqual(settings.environments, [['a/"b"', 'prod']]);
  });

  for (const text of ['', '# nothing', 'environments:', 'environments:\n  order:\n  names:\n', 'lint: {rule: off}'])
    it(`are empty and right in ${JSON.stringify(text)}`, () => {
      deepEqual(parseSettings(text), {
        settings: { order: [], environments: [], applications: [] },
        rules: [],
        policies: new Map(),
        problems: [],
      });
    });

  const wrong: readonly (readonly [text: string, message: string, at: string])[] = [
    ['- dev', 'The settings must be a mapping.', '- dev'],
    ['environments: dev', 'environments must be a mapping.', 'dev'],
    ['environments:\n  order: dev', 'environments.order must be a list of names.', 'dev'],
    ['environments:\n  order: [dev, {a: b}]', 'environments.order must hold names, and this is none.', '{a'],
    ['environments:\n  order: [dev, prod, dev]', 'environments.order names dev twice.', 'dev]'],
    ['environments:\n  names: [dev]', 'environments.names must be a mapping from patterns to names.', '[dev'],
    ['applications:\n  names:\n    "": api', 'A pattern of applications.names must have 1 to 300 characters.', '": api'],
    ['environments:\n  policy: ask', 'environments.policy must be a mapping from environments to policies.', 'ask'],
    [
      'environments:\n  policy: {prod: merge}',
      'environments.policy.prod must be one of edit, commit, pullRequest, ask.',
      'merge',
    ],
    ["applications:\n  names:\n    apps/a: ''", 'applications.names must hold names, and this is none.', "'"],
  ];
  for (const [text, message, at] of wrong)
    it(`say where they are wrong: ${JSON.stringify(text)}`, () => {
      const found = parseSettings(text).problems;
      equal(found[0]?.message, message);
      equal(text.slice(found[0]?.offset).startsWith(at), true, `at ${text.slice(found[0]?.offset)}`);
    });

  it('keep what is right beside what is wrong', () => {
    const { settings, problems } = parseSettings('environments:\n  order: [dev, [x], prod]\n  names: 3\n');
    deepEqual(settings.order, ['dev', 'prod']);
    equal(problems.length, 2);
  });

  it('report YAML that does not parse', () => {
    equal(parseSettings('environments: [').problems.length, 1);
  });

  it('refuse more entries than anybody writes', () => {
    const names = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`apps/${index}`, 'x']));
    const { settings, problems } = parseSettings(JSON.stringify({ applications: { names } }));
    equal(settings.applications.length, 200);
    equal(problems.length, 1);
  });

  it('never make an error of any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseSettings(text).settings.order.length >= 0));
  });
});

describe('The settings of the editor', () => {
  it('come before those of the repository', () => {
    const editor = parseSettings('environments: {order: [b], names: {x: one}}').settings;
    const shared = parseSettings('environments: {order: [a], names: {x: two}}\napplications: {names: {y: api}}').settings;
    deepEqual(mergePlacementSettings(editor, shared), {
      order: ['b'],
      environments: [
        ['x', 'one'],
        ['x', 'two'],
      ],
      applications: [['y', 'api']],
    });
    deepEqual(mergePlacementSettings(parseSettings('').settings, shared).order, ['a']);
  });
});
