/** Where a scanner is in its text, and what it needs to know there. */
import { END, isBlankOrEnd } from './characters.ts';

/** go-yaml has two major versions in kustomize: 2 reads kustomization files and Flux's objects, 3 reads manifests and patches. */
export type Dialect = 'v2' | 'v3';

export class Cursor {
  readonly text: string;
  readonly length: number;
  readonly isVersion3: boolean;
  position: number;
  lineStart: number;
  line = 0;
  /** Column of the innermost block collection, -1 outside of all. */
  indent = -1;
  flowLevel = 0;
  /** Whether a key may start here. */
  allowsKey = true;

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.length = text.length;
    this.isVersion3 = dialect === 'v3';
    this.position = this.lineStart = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  /** The character at an offset, 0 at the end. */
  at(offset: number): number {
    return offset < this.length ? this.text.charCodeAt(offset) : END;
  }

  get column(): number {
    return this.position - this.lineStart;
  }

  /** Passes over the line break at the position. */
  skipBreak(): void {
    this.position += this.text.charCodeAt(this.position) === 13 && this.at(this.position + 1) === 10 ? 2 : 1;
    this.lineStart = this.position;
    this.line++;
  }

  /** True at a line that starts with `---` or `...` and nothing behind it. */
  isAtDocumentIndicator(): boolean {
    const { position } = this;
    if (position !== this.lineStart) return false;
    const code = this.at(position);
    return (
      (code === 45 || code === 46) &&
      this.at(position + 1) === code &&
      this.at(position + 2) === code &&
      isBlankOrEnd(this.at(position + 3))
    );
  }
}
