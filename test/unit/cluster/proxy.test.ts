import assert from 'node:assert/strict';
import { it } from 'node:test';
import { proxyFor } from '../../../src/clients/cluster/proxy.ts';

const proxy = { HTTPS_PROXY: 'http://proxy:3128' };
const cases: readonly [server: string, environment: Record<string, string>, expected: string | undefined][] = [
  ['https://api.example.com', {}, undefined],
  ['https://api.example.com', proxy, 'http://proxy:3128'],
  ['https://api.example.com', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
  ['http://api.example.com', proxy, undefined],
  ['http://api.example.com', { HTTP_PROXY: 'socks5://proxy:1080' }, 'socks5://proxy:1080'],
  ['https://127.0.0.1:6443', proxy, undefined],
  ['https://localhost:6443', proxy, undefined],
  ['https://[::1]:6443', proxy, undefined],
  ['https://api.example.com', { ...proxy, NO_PROXY: '*' }, undefined],
  ['https://api.example.com', { ...proxy, NO_PROXY: 'example.com' }, undefined],
  ['https://api.example.com', { ...proxy, no_proxy: ' .example.com , x' }, undefined],
  ['https://example.com', { ...proxy, NO_PROXY: '.example.com' }, 'http://proxy:3128'],
  ['https://notexample.com', { ...proxy, NO_PROXY: 'example.com' }, 'http://proxy:3128'],
  ['https://api.example.com:6443', { ...proxy, NO_PROXY: 'example.com:6443' }, undefined],
  ['https://api.example.com:6443', { ...proxy, NO_PROXY: 'example.com:443' }, 'http://proxy:3128'],
  ['https://10.1.2.3', { ...proxy, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3', { ...proxy, NO_PROXY: '10.0.0.0/8' }, 'http://proxy:3128'],
  ['https://10.1.2.3', { ...proxy, NO_PROXY: '0.0.0.0/0' }, undefined],
];
for (const [server, environment, expected] of cases)
  it(`${server} with ${JSON.stringify(environment)}`, () => assert.equal(proxyFor(server, environment), expected));
