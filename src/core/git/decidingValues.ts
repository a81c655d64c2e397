/** The values that decide an image's version, followed through versions of their files that change nothing but such values. */
import type { Version } from '../change/version.ts';
import type { ImageUsage, Owner } from '../repository/model.ts';
import type { ChangedValue } from './tagLines.ts';

interface Value {
  readonly file: string;
  readonly part: 'tag' | 'digest';
  start: number;
}

export class DecidingValues {
  private readonly values: readonly Value[];
  private current: Version;

  private constructor(values: readonly Value[], version: Version) {
    this.values = values;
    this.current = version;
  }

  /** undefined where a value is not written as a whole and by itself, so that only the model can say what it does. */
  static of({ tag, digest, tagOwner, digestOwner }: ImageUsage): DecidingValues | undefined {
    const values: Value[] = [];
    for (const [part, text, owner] of [
      ['tag', tag, tagOwner],
      ['digest', digest, digestOwner],
    ] as const) {
      if (text === '') continue;
      if (owner === undefined || !isWhole(owner, text)) return undefined;
      values.push({ file: owner.file, part, start: owner.scalar.start });
    }
    return values.length === 0 ? undefined : new DecidingValues(values, { tag, digest });
  }

  get version(): Version {
    return this.current;
  }

  /** Takes the older values of a file. False where one of them cannot stand in its place, and nothing is taken. */
  takeBack(file: string, changes: readonly ChangedValue[]): boolean {
    const own = this.values.filter((value) => value.file === file);
    const next = { ...this.current };
    const starts: [Value, number][] = [];
    for (const value of own) {
      let shift = 0;
      for (const { start, end, before } of changes) {
        if (start < value.start) shift += before.length - (end - start);
        else if (start === value.start) {
          // A joined `v1@sha256:...`, or a digest that was a tag.
          if (before.includes('@') || before.includes(':') !== (value.part === 'digest')) return false;
          next[value.part] = before;
        }
      }
      starts.push([value, value.start + shift]);
    }
    for (const [value, start] of starts) value.start = start;
    this.current = next;
    return true;
  }
}

function isWhole({ part, scalar }: Owner, text: string): boolean {
  return part === 'whole' && !scalar.alias && scalar.source.within === undefined && scalar.text === text;
}
