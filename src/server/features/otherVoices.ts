/** What another language server for YAML tells of a file that is open, so that nobody reads it twice. */
import type { Problem } from '../../core/lint/problem.ts';
import type { RepositoryFile } from '../../core/repository/files.ts';
import type { YamlVoices } from '../../protocol.ts';

/** A line with which a file names its schema itself. */
const SCHEMA_LINE = /^#\s*yaml-language-server\s*:.*\$schema\s*=/m;

export function toldByOthers({ alsoToldBy }: Problem, file: RepositoryFile | undefined, voices: YamlVoices): boolean {
  if (alsoToldBy === undefined || !voices.includes('yaml')) return false;
  return voices.includes(alsoToldBy) || (file !== undefined && SCHEMA_LINE.test(file.text));
}
