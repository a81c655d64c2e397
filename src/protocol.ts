/**
 * The custom messages between language server and editor, typed once. Everything that LSP itself has (document sync, cancellation, progress, applyEdit)
 * goes by LSP. Positions are LSP's: zero-based lines and UTF-16 characters. Texts are plain: whoever shows them as markdown escapes them.
 */
import { NotificationType, NotificationType0, RequestType, RequestType0 } from 'vscode-languageserver-protocol';
import type { Location, Position, TextEdit } from 'vscode-languageserver-protocol';
import type { LandingPolicy } from './core/repository/landing.ts';

export type GroupBy = 'application' | 'environment';
export type RowFilter = 'all' | 'problems' | 'differs';

/** What is odd about a row, the most important first: an icon and a colour follow from it, the words stand in `description`. */
export type RowState = 'error' | 'warning' | 'unknown' | 'drift' | 'automation' | 'pinned' | 'none';

/** A row of the Applications view. `id` is stable over snapshots as long as the thing it names exists. */
export interface Row {
  readonly id: string;
  readonly kind: 'repository' | 'application' | 'environment' | 'image';
  readonly label: string;
  /** What runs and what is odd about it, in words: `backend-v0.0.5   1 patch behind dev`. */
  readonly description: string;
  readonly state: RowState;
  /** Reads as a sentence: "backend in prod, tag backend-v0.0.5, one patch behind dev". */
  readonly accessibleLabel: string;
  readonly hasChildren: boolean;
  /** Whether the row is open when it is first seen; the description of one that is not says more. */
  readonly opensAtFirst: boolean;
  /** The deciding line, for rows that stand for one image. */
  readonly location: Location | undefined;
  /** The image that commands on this row act on; undefined for rows with several. */
  readonly usage: string | undefined;
  /** The build root for previews; undefined for rows with several. */
  readonly root: string | undefined;
  /** What the row stands for, as far as it is one thing. `environment` can be '', for images that are in none. */
  readonly scope: {
    /** Id of the repository. */
    readonly repository: string;
    readonly application: string | undefined;
    readonly environment: string | undefined;
  };
}

/** Why there are no rows. `ready` with no rows cannot be. */
export type Emptiness = 'no-folder' | 'indexing' | 'no-kustomization' | 'no-images' | 'nothing-matches';

export interface ServerStatus {
  readonly emptiness: Emptiness | undefined;
  readonly repositories: number;
  readonly images: number;
  /** Images with an error, for the badge. */
  readonly errors: number;
  /** Problems of whole files or roots, one sentence each, such as a file that is too large. */
  readonly notices: readonly string[];
}

/** One part of a reference and the line that decides it. */
export interface DetailLine {
  readonly part: 'tag' | 'digest' | 'name';
  readonly text: string;
  /** `apps/prod/kustomization.yaml:17` */
  readonly place: string;
  readonly location: Location;
}

/** Everything that the tooltip of an image says. */
export interface UsageDetails {
  readonly reference: string;
  readonly application: string;
  readonly environment: string;
  readonly workload: string;
  readonly container: string;
  /** '' where the image is certain. */
  readonly unknownWhy: string;
  readonly parts: readonly DetailLine[];
  /** Every step that wrote the reference, oldest first. */
  readonly layers: readonly {
    readonly what: string;
    readonly reference: string;
    readonly place: string;
    readonly location: Location | undefined;
  }[];
  readonly deployedBy: readonly { readonly text: string; readonly suspended: boolean; readonly location: Location }[];
  /** The same image in the other environments: `dev backend-v0.0.6 (newer by 1 patch)`. */
  readonly others: readonly { readonly environment: string; readonly text: string; readonly location: Location | undefined }[];
  /** Flux image automation that writes the deciding line, such as `flux-system:backend`. */
  readonly automation: string | undefined;
  /** What the commands on its application and environment act on. */
  readonly scope: Row['scope'];
  /** Errors and warnings of the image, errors first. */
  readonly problems: readonly { readonly message: string; readonly location: Location }[];
}

/** An image that can be bumped: an item of the first quick pick. */
export interface BumpTarget {
  readonly usage: string;
  /** Name of the repository, '' where there is only one. */
  readonly repository: string;
  readonly application: string;
  readonly environment: string;
  readonly image: string;
  readonly tag: string;
  readonly detail: string;
  /** The registry that its name names, such as `ghcr.io`; '' where it names none. */
  readonly registry: string;
}

export interface TagCandidate {
  readonly tag: string;
  readonly group: 'newer' | 'current' | 'older' | 'other';
  /** `in dev for 2 days`, `ran here 12 Oct to 3 Nov`: where and when it was seen. */
  readonly detail: string;
}

export interface PlannedFile {
  readonly uri: string;
  /** Version of the open document that the edits fit, null for a closed one. */
  readonly version: number | null;
  /** The text that the edits fit, as a sha256 in hex: a plan for another text is refused. */
  readonly textHash: string;
  readonly edits: readonly TextEdit[];
}

/** A planned change of tags. Nothing has been written. */
export interface ChangePlan {
  readonly title: string;
  readonly files: readonly PlannedFile[];
  /** Unified diff of the files. */
  readonly diff: string;
  /** Images whose reference changes: `backend in prod: backend-v0.0.5 > backend-v0.0.6`. */
  readonly changes: readonly {
    readonly application: string;
    readonly environment: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** Builds that change, with the directories that people know them by. */
  readonly roots: readonly { readonly root: string; readonly directory: string }[];
  /** What the user should know first: shared owner, automation, downgrade, mutable tag. One sentence each. */
  readonly warnings: readonly string[];
  /** Environments other than the chosen ones that change as well, because they share the deciding line. */
  readonly alsoChanges: readonly string[];
}

export interface BumpPlan extends ChangePlan {
  /** True where an entry in the chosen environment could be added instead. */
  readonly canOverride: boolean;
}
export interface Refusal {
  readonly refusal: string;
}

/** What a file is part of. */
export interface FileUse {
  /** Roots that build the file, its own directory first. */
  readonly roots: readonly UsingRoot[];
}

export interface UsingRoot {
  readonly root: string;
  /** The directory. */
  readonly label: string;
  readonly environments: readonly string[];
  /** Where the root is built from: its kustomization file, undefined where Flux makes one. */
  readonly location: Location | undefined;
  readonly deployedBy: readonly { readonly name: string; readonly suspended: boolean; readonly location: Location }[];
}

export interface RootChoice {
  readonly root: string;
  readonly label: string;
  readonly description: string;
}

/** Rendered manifests with their header comment, or the reason why there are none. */
export interface Preview {
  readonly title: string;
  readonly text: string;
  /** What is missing in a partial preview, one sentence each. */
  readonly missing: readonly string[];
  /** One sentence; the text is then the last good result, or empty. */
  readonly failure: string | undefined;
}

export interface ChangePreview {
  readonly title: string;
  readonly before: string;
  /** Equal to `before` where one side does not build and nothing better is known: there is no difference to show then. */
  readonly after: string;
  readonly images: readonly {
    readonly workload: string;
    readonly container: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly failure: string | undefined;
}

export interface ChildrenParams {
  readonly parent: string | undefined;
  readonly groupBy: GroupBy;
  readonly filter: RowFilter;
}

/** What a preview compares with: the last commit, or the files as they are saved. */
export type Baseline = 'HEAD' | 'saved';

export const childrenRequest = new RequestType<ChildrenParams, Row[], void>('gitopsCockpit/children');
/** The chain of row ids from the top down to the row of a usage, for reveal. */
export const rowPathRequest = new RequestType<{ usage: string; groupBy: GroupBy }, string[], void>('gitopsCockpit/rowPath');
export const statusRequest = new RequestType0<ServerStatus, void>('gitopsCockpit/status');
/** Reads all files again, for changes that no watcher told of. Answers when that is done. */
export const refreshRequest = new RequestType0<ServerStatus, void>('gitopsCockpit/refresh');
export const detailsRequest = new RequestType<{ usage: string }, UsageDetails | null, void>('gitopsCockpit/details');
/** The images that a position in a file decides or names; all images of the file's roots where it names none. */
export const usagesAtRequest = new RequestType<Place, BumpTarget[], void>('gitopsCockpit/usagesAt');
export const bumpTargetsRequest = new RequestType0<BumpTarget[], void>('gitopsCockpit/bumpTargets');
export const tagsRequest = new RequestType<{ usage: string }, TagCandidate[], void>('gitopsCockpit/tags');
export const planBumpRequest = new RequestType<
  { usage: string; tag: string; mode: 'owner' | 'override' },
  BumpPlan | Refusal,
  void
>('gitopsCockpit/planBump');
/** Roots that build a file (its own directory first), or all roots for null. */
export const rootsRequest = new RequestType<{ uri: string | null }, RootChoice[], void>('gitopsCockpit/roots');
/** What a file is part of; null for files that no root uses. */
export const fileUseRequest = new RequestType<{ uri: string }, FileUse | null, void>('gitopsCockpit/fileUse');
export const previewRequest = new RequestType<{ root: string; reveal: boolean }, Preview, void>('gitopsCockpit/preview');
export const previewChangeRequest = new RequestType<{ root: string; baseline: Baseline; reveal: boolean }, ChangePreview, void>(
  'gitopsCockpit/previewChange',
);
/** What a planned bump changes in the manifests of its image's root. Nothing is written. A bump that is refused is a `failure`. */
export const previewBumpRequest = new RequestType<
  { usage: string; tag: string; mode: 'owner' | 'override'; reveal: boolean },
  ChangePreview,
  void
>('gitopsCockpit/previewBump');
/** Rows may have changed; asked again by whoever shows some. */
export const changedNotification = new NotificationType0('gitopsCockpit/changed');
/** Roots whose rendering may have changed. */
export const renderingChangedNotification = new NotificationType<{ roots: readonly string[] }>('gitopsCockpit/renderingChanged');

/** Another language server came or went. */
export const yamlVoicesNotification = new NotificationType<{ yaml: YamlVoices }>('gitopsCockpit/yamlVoices');

/** What the client sends in `initializationOptions`. */
export interface InitializationOptions {
  /** Folder for caches that outlive the session, as a path; '' for none. */
  readonly storagePath: string;
  /** False in an untrusted workspace: no program is started (no Git history). */
  readonly trusted: boolean;
  readonly settings: ServerSettings;
  readonly yaml: YamlVoices;
  readonly commands: ClientCommands;
  readonly offers: ClientOffers;
}

/** Requests of the server that the client answers (`protocol/client.ts`). */
export interface ClientOffers {
  readonly gitHubToken: boolean;
  readonly fetch: boolean;
  readonly summary: boolean;
}

/** Ids of the client's commands that hovers and lenses link to. A client that has none gets the same texts without these links. */
export interface ClientCommands {
  /** Takes `{usage}` or `{at}`, a `Place`. */
  readonly bumpImage?: string;
  /** Takes `{root}`. */
  readonly previewManifests?: string;
  /** Takes `{reference}`. */
  readonly copyImageReference?: string;
  /** Takes `{usage}`. */
  readonly revealImage?: string;
}

/** A place of an open document, as an argument of commands. */
export interface Place {
  readonly uri: string;
  readonly position: Position;
}

/** The settings that the server reads; sent again with `workspace/didChangeConfiguration`. */
export interface ServerSettings {
  readonly environments: {
    readonly order: readonly string[];
    readonly names: Readonly<Record<string, string>>;
    readonly policy: Readonly<Record<string, LandingPolicy>>;
  };
  readonly applications: { readonly names: Readonly<Record<string, string>> };
  readonly preview: { readonly maskSecrets: boolean };
  readonly exclude: readonly string[];
  readonly diagnostics: { readonly enabled: boolean; readonly rules: Readonly<Record<string, RuleSeverity>> };
  readonly hover: { readonly enabled: boolean };
  readonly codeLens: { readonly enabled: boolean };
  readonly inlayHints: { readonly enabled: boolean };
  readonly registry: { readonly enabled: boolean };
  readonly git: { readonly branchTemplate: string; readonly commitTemplate: string };
  readonly pullRequest: {
    readonly titleTemplate: string;
    readonly bodyTemplate: string;
    readonly draft: boolean;
    readonly labels: readonly string[];
    readonly reviewers: readonly string[];
    readonly autoMerge: 'off' | 'merge' | 'squash' | 'rebase';
    readonly copilotReview: boolean;
    readonly summary: boolean;
  };
  readonly github: {
    readonly remote: string;
    /** Address of a server of GitHub Enterprise, '' for none. */
    readonly enterpriseUrl: string;
  };
}

/** How a rule is to be taken where that is not its own severity. */
export type RuleSeverity = 'off' | 'error' | 'warning' | 'information';
/** What a language server for YAML tells of open files besides this one: errors of syntax, and what follows from the schemas of kustomization files and of Flux. */
export type YamlVoices = readonly ('yaml' | 'kustomization-schema' | 'flux-schema')[];
