/** Directives before a document, and the tags that they give handles for. */
import type { Scanner } from './scanner.ts';
import type { Token } from './token.ts';
import { TokenType, YamlError } from './token.ts';

export class Tags {
  private readonly prefixes = new Map<string, string>();

  /** Reads the directives of the next document. True where there was one. @throws YamlError */
  readDirectives(scanner: Scanner): boolean {
    this.prefixes.clear();
    let version = false;
    for (let token = scanner.peek(); ; token = scanner.peek()) {
      if (token.type === TokenType.version) {
        if (version) throw new YamlError('found duplicate %YAML directive', token.start);
        if (token.value !== '1.1') throw new YamlError('found incompatible YAML document', token.start);
        version = true;
      } else if (token.type === TokenType.tagDirective) {
        if (this.prefixes.has(token.value)) throw new YamlError('found duplicate %TAG directive', token.start);
        this.prefixes.set(token.value, token.handle);
      } else return version || this.prefixes.size > 0;
      scanner.skip();
    }
  }

  /** The tag that a token stands for: `!!str` for `tag:yaml.org,2002:str`. @throws YamlError */
  tagOf({ value, handle, start }: Token): string {
    if (handle === '') return shortTag(value);
    const prefix = this.prefixes.get(handle) ?? (handle === '!!' ? 'tag:yaml.org,2002:' : handle === '!' ? '!' : undefined);
    if (prefix === undefined) throw new YamlError('found undefined tag handle', start);
    return shortTag(prefix + value);
  }
}

function shortTag(tag: string): string {
  return tag.startsWith('tag:yaml.org,2002:') ? `!!${tag.slice(18)}` : tag;
}
