/** From scalars to the places where problems are shown. */
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { Owner } from '../repository/model.ts';
import { LineIndex } from '../text/lineIndex.ts';
import { rangeInFile } from '../yaml/editEmbedded.ts';
import type { MapEntry, ScalarNode } from '../yaml/node.ts';
import type { Place } from './problem.ts';

/** What knows the text of a file. */
type Files = Pick<GitOpsRepository, 'file'>;

/** Where a scalar is written, its quotes included. */
export function placeOf(repository: Files, scalar: ScalarNode): Place {
  const { file, within } = scalar.source;
  const text = repository.file(file)?.text ?? '';
  const { start, end } = rangeInFile(text, scalar);
  const isQuoted = within === undefined && !scalar.alias && (scalar.style === 'single' || scalar.style === 'double');
  return isQuoted ? { file, start: start - 1, end: end + 1 } : { file, start, end };
}

/** Where a value is written; its key where nothing is. */
export function placeOfValue(repository: Files, { key, value }: MapEntry): Place {
  if (value.kind !== 'scalar') return placeOf(repository, key);
  const place = placeOf(repository, value);
  return place.end > place.start ? place : placeOf(repository, key);
}

export function placeOfOwner(repository: GitOpsRepository, { scalar }: Owner): Place {
  return placeOf(repository, scalar);
}

/** The line in which a place starts, counted from 1. */
export function lineOf(repository: GitOpsRepository, { file, start }: Place): number {
  const known = repository.file(file);
  if (known === undefined) return 1;
  let index = indexes.get(known);
  if (index === undefined) indexes.set(known, (index = new LineIndex(known.text)));
  return index.positionAt(start).line;
}

const indexes = new WeakMap<RepositoryFile, LineIndex>();

/** The first line of a file. */
export function topOf(repository: GitOpsRepository, file: string): Place {
  const known = repository.file(file);
  const text = known === undefined || known.unreadable !== undefined ? '' : known.text;
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  const end = text.slice(mark).search(/\r?\n|$/) + mark;
  return { file, start: mark, end };
}
