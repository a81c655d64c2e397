import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import schema from '../../../media/settings.schema.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import { ruleCodes, ruleOf } from '../../../src/core/lint/lint.ts';
import { parseSettings, RULE_SEVERITIES, SETTINGS_FILE } from '../../../src/core/repository/settings.ts';

const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

test('the schema of the settings has every rule with its summary, and every severity', () => {
  const declared = Object.entries(schema.properties.rules.properties).map(([code, { description }]) => [code, description]);
  assert.deepEqual(
    declared,
    ruleCodes.map((code) => [code, ruleOf(code).summary]),
  );
  assert.deepEqual(schema.definitions.severity.enum, RULE_SEVERITIES);
});

test('the YAML extension gets the schema for the settings file', () => {
  assert.deepEqual(packageJson.contributes.yamlValidation, [{ fileMatch: SETTINGS_FILE, url: './media/settings.schema.json' }]);
});

test('the schema takes what the product takes', () => {
  for (const text of [
    '',
    'environments:\napplications:\nrules:\n',
    "environments:\n  order: [dev, staging, 1]\n  names: { 'clusters/eu-*': prod, playground: '' }\n",
    'applications:\n  names:\n    apps/legacy/**: billing\n',
    `rules:\n${ruleCodes.map((code, index) => `  ${code}: ${RULE_SEVERITIES[index % RULE_SEVERITIES.length] ?? ''}\n`).join('')}`,
    'environments:\n  policy: {dev: commit, staging: ask, prod: pullRequest}\n',
    'somethingElse: [1]\n',
  ]) {
    assert.deepEqual(parseSettings(text).problems, [], text);
    assert.ok(validate(parse(text)), `${text}: ${JSON.stringify(validate.errors)}`);
  }
});

test('the schema refuses what the product refuses', () => {
  for (const text of [
    '[1]\n',
    'environments: prod\n',
    'environments:\n  order: prod\n',
    'environments:\n  order: [dev, [x]]\n',
    'environments:\n  order: [dev, dev]\n',
    "environments:\n  order: [dev, '']\n",
    'environments:\n  names: 3\n',
    "environments:\n  names: { '': prod }\n",
    `environments:\n  names: { ${'a'.repeat(301)}: prod }\n`,
    'environments:\n  names: { a: [b] }\n',
    "applications:\n  names: { a: '' }\n",
    'rules: off\n',
    'rules: { mutable-tag: loud }\n',
    'rules: { mutable-tag: { severity: off } }\n',
    `environments:\n  order: [${Array.from({ length: 201 }, (_, index) => `e${String(index)}`).join(', ')}]\n`,
  ]) {
    assert.notDeepEqual(parseSettings(text).problems, [], text);
    assert.ok(!validate(parse(text)), text);
  }
});
