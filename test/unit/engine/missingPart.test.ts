import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMissingPart } from '../../../src/clients/engine/missingPart.ts';

for (const [reference, message] of [
  ['https://github.com/acme/base//deploy?ref=v1', 'https://github.com/acme/base//deploy?ref=v1 was not fetched'],
  ['Helm chart web 1.2.3 https://charts.example', 'the Helm chart web 1.2.3 https://charts.example was not rendered'],
  ['patch of Deployment.v1.apps/web.live', 'the patch of Deployment live/web was left out, because that was not fetched'],
  [
    'replacement from Secret.[noVer].[noGrp]/gone.[noNs]',
    'the replacement from Secret gone was left out, because that was not fetched',
  ],
  ['generator of settings', 'the generator of settings was left out, because what it merges into was not fetched'],
] as const) {
  test(message, () => assert.equal(describeMissingPart(reference), message));
}
