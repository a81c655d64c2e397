/** What the client and the engine's worker say to each other, and the requests and results that callers see. */

/** One copy operation of an ArtifactGenerator (source.extensions.fluxcd.io), as in its spec. */
export interface ArtefactCopy {
  readonly from: string;
  readonly to: string;
  readonly exclude?: readonly string[];
  readonly strategy?: 'Overwrite' | 'Merge' | 'Extract';
}

/** What source-controller leaves out of a source: Flux's defaults, `.sourceignore` files, and `spec.ignore` of the source. */
export interface SourceFilter {
  readonly ignore?: string;
}

/** An artefact that an ArtifactGenerator composes. Sources that are not in the workspace are left out of `sources`. */
export interface ComposedArtefact {
  readonly sources: Readonly<Record<string, { readonly directory: string; readonly source?: SourceFilter }>>;
  readonly copies: readonly ArtefactCopy[];
}

interface BuildBase {
  /** Absolute path of the repository; nothing outside of it is read. */
  readonly root: string;
  /** What to build: relative to `root` (or to the composed artefact), with slashes; '' is the root itself. */
  readonly directory: string;
  /** Contents that replace files for this build only, by absolute path; null hides the file. They win over buffers. */
  readonly overlay?: Readonly<Record<string, string | null>>;
}

/** As `kustomize build` without flags. Helm charts are left out and reported. */
export interface KustomizeBuild extends BuildBase {
  readonly mode: 'kustomize';
}

/** As kustomize-controller builds a Flux Kustomization. */
export interface FluxBuild extends BuildBase {
  readonly mode: 'flux';
  /** The Flux Kustomization as it would be in the cluster. */
  readonly kustomization: unknown;
  /** Data of what `substituteFrom` names: 'ConfigMap/namespace/name' or 'Secret/namespace/name' (decoded) to its keys and values. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Variables without a value: an error (default, as kustomize-controller >= 1.9 has it) or empty. */
  readonly substitution?: 'strict' | 'lenient';
  /** The source, when its artefact leaves files out. Without it, every file under `root` counts, symbolic links included. */
  readonly source?: SourceFilter;
  /** Set when `sourceRef` is an ExternalArtifact. */
  readonly composed?: ComposedArtefact;
}

export type BuildRequest = KustomizeBuild | FluxBuild;

/** A part that the result does not have. */
export interface MissingPart {
  /** The kustomization file that asks for it, relative to the root. */
  readonly path: string;
  /** What it asks for, as written there; for Helm charts, patches, generators and replacements a name of it. */
  readonly reference: string;
  /** Why it is missing, in words that can follow "partial: ". */
  readonly message: string;
}

export type BuildStage = 'request' | 'compose' | 'generate' | 'build' | 'substitute' | 'time-out' | 'crash';

export interface BuildError {
  readonly stage: BuildStage;
  /** A sentence for the user, with paths relative to the root. */
  readonly message: string;
  /** kustomize's or Flux's own words, with paths relative to the root. They may quote Secrets: for tests, never to be shown or logged. */
  readonly cause: string;
  /** The file to blame, relative to the root, and its line (from 1), where they are known. */
  readonly file?: string;
  readonly line?: number;
}

/** `used`: every path that the result depends on, relative to the root, missing ones too; a listed directory ends in a slash. */
export type BuildResult =
  | {
      readonly ok: true;
      readonly yaml: string;
      readonly used: readonly string[];
      readonly missing: readonly MissingPart[];
      /** Whether replacements or vars of this build may copy values of Secrets into other objects. */
      readonly copiesSecrets: boolean;
      readonly milliseconds: number;
    }
  | { readonly ok: false; readonly error: BuildError; readonly used: readonly string[]; readonly milliseconds: number };

export type ToWorker =
  | { readonly type: 'build'; readonly id: number; readonly request: BuildRequest }
  | { readonly type: 'buffer'; readonly path: string; readonly text: string | null };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly id: number; readonly result: BuildResult }
  | { readonly type: 'idle'; readonly memoryMegabytes: number }
  | { readonly type: 'dead'; readonly id: number; readonly reason: string; readonly used: readonly string[] };

/** What a build has read so far, in memory that both threads see: a build that is stopped can say no more. */
export const progress = { files: 0, kilobytes: 1 } as const;

export interface WorkerStart {
  readonly module: WebAssembly.Module;
  /** Numbers at the places of `progress`. */
  readonly progress: Int32Array;
  readonly buffers: ReadonlyMap<string, string>;
}
