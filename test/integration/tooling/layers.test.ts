// oxlint's overrides replace each other instead of merging, so one careless edit of .oxlintrc.json could silence a layer.
// Here the real configuration runs over a small project that breaks each rule once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../../support/paths.ts';

/** A file of a layer, what it must not import, and what it may. Paths are relative to src/. */
const layers: readonly { file: string; forbidden: readonly string[]; allowed: readonly string[] }[] = [
  {
    file: 'core/text/probe.ts',
    forbidden: [
      'vscode',
      'vscode-languageserver',
      'vscode-languageclient/node',
      'node:fs/promises',
      'node:path',
      'fs',
      ...['../../clients/process.ts', '../../server/main.ts', '../../workflows/verb.ts', '../../editor/view.ts'],
      ...['../../protocol.ts', '../../manifest.ts', '../../extension.ts', '../../cli.ts'],
      ...['@octokit/rest', '@actions/core', '@actions/workflow-parser'],
    ],
    allowed: [
      ...['yaml', 're2js', 'diff', '../yaml/node.ts'],
      ...['@actions/expressions/parser', '@actions/workflow-parser/templates/template-reader'],
    ],
  },
  {
    file: 'clients/probe.ts',
    forbidden: [
      ...['vscode', 'vscode-languageserver/node', 'node:child_process', 'child_process', 'simple-git'],
      ...['../server/main.ts', '../workflows/verb.ts', '../editor/view.ts', '../protocol.ts', '../extension.ts', '../cli.ts'],
    ],
    allowed: ['node:fs', 'node:worker_threads', './process.ts', '../core/yaml/node.ts'],
  },
  {
    file: 'clients/process.ts',
    forbidden: ['vscode', 'vscode-languageserver/node', '../server/main.ts', '../workflows/verb.ts', '../editor/view.ts'],
    allowed: ['node:child_process', 'simple-git', '../core/yaml/node.ts'],
  },
  {
    file: 'protocol.ts',
    forbidden: ['vscode', 'node:child_process', './clients/process.ts', './server/main.ts', './editor/view.ts'],
    allowed: ['vscode-languageserver', './core/yaml/node.ts'],
  },
  {
    file: 'manifest.ts',
    forbidden: ['vscode', 'vscode-languageserver', './clients/process.ts', './server/main.ts', './editor/view.ts'],
    allowed: ['./core/yaml/node.ts'],
  },
  {
    file: 'workflows/probe.ts',
    forbidden: [
      'vscode',
      'vscode-languageserver/node',
      'node:child_process',
      '../server/main.ts',
      '../editor/view.ts',
      '../cli.ts',
    ],
    allowed: ['../clients/process.ts', '../core/yaml/node.ts'],
  },
  {
    file: 'server/features/probe.ts',
    forbidden: [
      ...['vscode', 'vscode-languageclient', 'node:child_process'],
      ...['../../editor/view.ts', '../../extension.ts', '../../cli.ts'],
    ],
    allowed: [
      ...['vscode-languageserver/node', '../../protocol.ts', '../../workflows/verb.ts'],
      ...['../../clients/process.ts', '../../core/yaml/node.ts'],
    ],
  },
  {
    file: 'server/cluster/probe.ts',
    forbidden: [
      ...['vscode', 'vscode-languageclient', 'node:child_process'],
      ...['../../editor/view.ts', '../../extension.ts', '../../cli.ts'],
    ],
    allowed: ['vscode-languageserver/node', '../../protocol.ts', '../../workflows/verb.ts', '../../clients/process.ts'],
  },
  {
    file: 'editor/views/probe.ts',
    forbidden: ['vscode-languageserver', 'node:child_process', '../../server/main.ts', '../../extension.ts', '../../cli.ts'],
    allowed: ['vscode', 'vscode-languageclient/node', '../../protocol.ts', '../../workflows/verb.ts', '../../manifest.ts'],
  },
  {
    file: 'cli.ts',
    forbidden: ['vscode', 'vscode-languageserver', 'node:child_process', './editor/view.ts', './extension.ts'],
    allowed: ['./workflows/verb.ts', './server/main.ts', './clients/process.ts', './core/yaml/node.ts'],
  },
  {
    file: 'extension.ts',
    forbidden: ['vscode-languageserver', 'node:child_process', './server/main.ts', './cli.ts'],
    allowed: ['vscode', './editor/view.ts'],
  },
];

describe('the layers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-layers-'));
  let findings: Map<string, Set<number>>;

  before(() => {
    cpSync(join(projectRoot, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    cpSync(join(projectRoot, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const { file, forbidden, allowed } of layers) {
      write(file, [...forbidden, ...allowed].map((module) => `export * from '${module}';\n`).join(''));
    }
    write('core/cycle/one.ts', "import { two } from './two.ts';\nexport const one = (): number => two();\n");
    write('core/cycle/two.ts', "import { one } from './one.ts';\nexport const two = (): number => one();\n");
    findings = lint(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { file, forbidden, allowed } of layers) {
    it(`let src/${file} import neither more nor less than they should`, () => {
      const modules = [...forbidden, ...allowed];
      const reported = modules.filter((_, index) => findings.get(`no-restricted-imports src/${file}`)?.has(index + 1));
      assert.deepEqual(reported, forbidden);
    });
  }

  it('have no import cycles', () => {
    const cycles = [...findings.keys()].filter((key) => key.startsWith('no-cycle') && key.includes('core/cycle'));
    assert.equal(cycles.length, 2);
  });

  it('hold in this checkout', () => {
    const broken = [...lint(projectRoot).keys()].filter((key) => key.startsWith('no-restricted') || key.startsWith('no-cycle'));
    assert.deepEqual(broken, []);
  });

  it('give the core only libraries that run in a browser', () => {
    const libraries = new Set(['yaml', 're2js', 'diff', 'node-diff3', 'fastest-levenshtein', '@actions']);
    for (const file of globSync('src/core/**/*.ts', { cwd: projectRoot })) {
      const imports = readFileSync(join(projectRoot, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([\w@][\w@:/.-]*)'/g);
      for (const [, module] of imports) assert.ok(libraries.has(module?.split('/')[0] ?? ''), `${file} imports ${module}`);
    }
  });

  function write(file: string, text: string): void {
    const path = join(folder, 'src', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
});

/** What oxlint finds below src/, as `rule file` with the lines. */
function lint(cwd: string): Map<string, Set<number>> {
  const oxlint = join(projectRoot, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
  };
  const found = new Map<string, Set<number>>();
  for (const { code, filename, labels } of diagnostics) {
    const key = `${/\((.*)\)/.exec(code)?.[1] ?? code} ${filename.replaceAll('\\', '/')}`;
    const lines = found.get(key) ?? new Set();
    for (const { span } of labels) lines.add(span.line);
    found.set(key, lines);
  }
  return found;
}
