/** What is wrong in a repository, as a value: where, in one sentence, and how it can be mended. */
import type { ImageUsage } from '../repository/model.ts';
import type { TextRange } from '../text/textEdit.ts';
import type { Fix } from './fix.ts';

export type Severity = 'error' | 'warning' | 'information';

/** A place in a file of the snapshot, in UTF-16 code units of its text. */
export interface Place extends TextRange {
  /** Relative to the repository, with slashes. */
  readonly file: string;
}

/** The other half of a problem, in the same file or in another one. */
export interface RelatedPlace {
  readonly place: Place;
  /** One clause: what stands there. */
  readonly message: string;
}

/** Where a YAML language server gets what it tells from; `yaml`: it needs no schema. */
export type OtherVoice = 'yaml' | 'kustomization-schema' | 'flux-schema';

/** What a rule finds. */
export interface Finding {
  /** Where it is not that of the rule. */
  readonly severity?: Severity;
  /** One sentence that says what is wrong and what really runs because of it; plain text. */
  readonly message: string;
  readonly place: Place;
  readonly related?: readonly RelatedPlace[];
  /** The best one first. */
  readonly fixes?: readonly Fix[];
  /** The images that are not what their files say, for the rows that show them. */
  readonly usages?: readonly ImageUsage[];
  /** What tells the same where an editor has it: a YAML language server by itself, or with the schema of kustomization files or of Flux. */
  readonly alsoToldBy?: OtherVoice | undefined;
}

export interface Problem extends Required<Finding> {
  /** The rule's code, such as `empty-new-tag`. Codes never change their meaning. */
  readonly code: string;
}
