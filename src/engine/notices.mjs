// Collects the licences of everything that is compiled into the engine.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** @param {(...args: string[]) => string} go runs the go command in the engine's folder */
export function thirdPartyNotices(go) {
  const packages = go(
    'list',
    '-deps',
    '-f',
    '{{with .Module}}{{if not .Main}}{{.Path}}\t{{with .Replace}}{{.Version}}\t{{.Dir}}{{else}}{{.Version}}\t{{.Dir}}{{end}}{{end}}{{end}}',
    '.',
  );
  const modules = [...new Set(packages.split('\n').filter(Boolean))].sort().map((line) => line.split('\t'));
  const titlesByLicence = new Map();
  const add = (title, folder) => {
    const text = licenceOf(title, folder);
    titlesByLicence.set(text, [...(titlesByLicence.get(text) ?? []), title]);
  };
  add('The Go standard library and runtime', go('env', 'GOROOT').trim());
  for (const [path, version, folder] of modules) if (version) add(`${path} ${version}`, folder);
  const line = '='.repeat(100);
  const sections = [...titlesByLicence].map(([text, titles]) => `${line}\n${titles.join('\n')}\n${line}\n\n${text}\n`);
  return `The render engine (engine.wasm) contains the following third-party software.\n\n${sections.join('\n')}`;
}

function licenceOf(title, folder) {
  const files = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .sort();
  if (files.length === 0) throw new Error(`${title} has no licence file in ${folder}`);
  return files.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trimEnd()).join('\n\n');
}
