/**
 * Build roots as plain JSON values and back, for a cache on disk. Texts, scalars and images entries are written once and stay one object where they
 * were one object before.
 */
import type { ScalarNode, Source } from '../yaml/node.ts';
import { Table } from './table.ts';
import type { BuildRoot, FluxKustomization, ImageOverride, ImageUsage, Layer, Owner, Unknown } from './model.ts';

/** Changes with every change of the layout. */
export const ROOTS_FORMAT = 3;

export interface EncodedRoots {
  /** Beside those that both sides know. */
  readonly texts: readonly string[];
  readonly scalars: readonly (readonly number[])[];
  readonly entries: readonly (readonly number[])[];
  readonly owners: readonly (readonly number[])[];
  readonly roots: readonly EncodedRoot[];
}

interface EncodedRoot {
  readonly id: number;
  readonly directory: number;
  readonly failure: number;
  /** Indexes of texts. */
  readonly used: readonly number[];
  readonly usages: readonly EncodedUsage[];
  readonly unknowns: readonly (readonly number[])[];
  readonly deployedBy: readonly EncodedFlux[];
  readonly artifact: BuildRoot['artifact'] | null;
  readonly ignore: string;
  readonly readsOutside: boolean;
}

/** Texts by index, in the order of `USAGE_TEXTS`; owners by index; layers as what, reference, owners. */
type EncodedUsage = readonly [
  texts: readonly number[],
  isExact: 0 | 1,
  owners: readonly number[],
  layers: readonly (readonly number[])[],
  entries: readonly number[],
];

type EncodedFlux = Omit<FluxKustomization, 'substituteFrom'> & {
  readonly substituteFrom: readonly (readonly [string, Readonly<Record<string, string>>])[];
};

const NONE = -1;
const STYLES = ['plain', 'single', 'double', 'literal', 'folded'] as const;
const PARTS = ['whole', 'reference', 'literal', 'default'] as const;
const WHATS = ['manifest', 'patch', 'images', 'replacement', 'transformer', 'flux-images', 'substitution', 'values'] as const;

/** `known`: texts that whoever decodes has as well, none of them twice; they are not written. */
export function encodeRoots(roots: readonly BuildRoot[], known: readonly string[] = []): EncodedRoots {
  return new Encoder(known).encode(roots);
}

/** The inverse of `encodeRoots`, for values that it made with the same `known`. */
export function decodeRoots(encoded: EncodedRoots, known: readonly string[] = []): BuildRoot[] {
  return new Decoder(encoded, known).decode();
}

class Encoder {
  private readonly texts = new Table<string>();
  private readonly scalars = new Table<ScalarNode>();
  private readonly entries = new Table<ImageOverride>();
  private readonly owners = new Table<Owner>();
  private readonly known: number;

  constructor(known: readonly string[]) {
    for (const text of known) this.text(text);
    this.known = this.texts.items.length;
  }

  encode(roots: readonly BuildRoot[]): EncodedRoots {
    const encoded = roots.map((root) => this.root(root));
    return {
      texts: this.texts.items.slice(this.known),
      scalars: this.scalars.encoded,
      entries: this.entries.encoded,
      owners: this.owners.encoded,
      roots: encoded,
    };
  }

  private root({
    id,
    directory,
    failure,
    used,
    usages,
    unknowns,
    deployedBy,
    artifact,
    ignore,
    readsOutside,
  }: BuildRoot): EncodedRoot {
    return {
      id: this.text(id),
      directory: this.text(directory),
      failure: this.text(failure),
      used: [...used].map((path) => this.text(path)),
      usages: usages.map((usage) => this.usage(usage)),
      unknowns: unknowns.map(({ why, file, scalar }) => [this.text(why), this.text(file), this.scalar(scalar)]),
      deployedBy: deployedBy.map((flux) => ({
        namespace: flux.namespace,
        name: flux.name,
        file: flux.file,
        path: flux.path,
        suspended: flux.suspended,
        object: flux.object,
        substituteFrom: [...flux.substituteFrom],
        cluster: flux.cluster,
      })),
      artifact: artifact ?? null,
      ignore,
      readsOutside,
    };
  }

  private usage(usage: ImageUsage): EncodedUsage {
    const { kind, namespace, workload, container, name, tag, digest, reference, why, originalName, manifest, setter } = usage;
    const texts = [kind, namespace, workload, container, name, tag, digest, reference, why, originalName, manifest, setter];
    return [
      texts.map((text) => this.text(text)),
      usage.status === 'exact' ? 1 : 0,
      [usage.nameOwner, usage.tagOwner, usage.digestOwner, usage.owner].map((owner) => this.owner(owner)),
      usage.layers.map((layer) => [
        WHATS.indexOf(layer.what),
        this.text(layer.reference),
        ...layer.owners.map((owner) => this.owner(owner)),
      ]),
      usage.entries.map((entry) => this.entry(entry)),
    ];
  }

  private text(text: string | undefined): number {
    return text === undefined ? NONE : this.texts.index(text);
  }

  private owner(owner: Owner | undefined): number {
    if (owner === undefined) return NONE;
    const { file, scalar, part, entry } = owner;
    return this.owners.index(owner, () => [this.text(file), this.scalar(scalar), PARTS.indexOf(part), this.entry(entry)]);
  }

  private entry(entry: ImageOverride | undefined): number {
    if (entry === undefined) return NONE;
    const { file, name, newName, newTag, tagSuffix, digest, start } = entry;
    const scalars = [name, newName, newTag, tagSuffix, digest];
    return this.entries.index(entry, () => [this.text(file), start, ...scalars.map((scalar) => this.scalar(scalar))]);
  }

  private scalar(scalar: ScalarNode | undefined): number {
    if (scalar === undefined) return NONE;
    const { text, style, tag, start, end, alias, source, part } = scalar;
    // The enclosing scalar first: it is decoded first.
    const within = this.scalar(source.within);
    return this.scalars.index(scalar, () => [
      this.text(text),
      STYLES.indexOf(style),
      this.text(tag),
      start,
      end,
      alias ? 1 : 0,
      this.text(source.file),
      within,
      part === undefined ? 0 : 1,
    ]);
  }
}

class Decoder {
  private readonly encoded: EncodedRoots;
  private readonly texts: readonly string[];
  private readonly scalars: ScalarNode[] = [];
  private readonly entries: ImageOverride[];
  private readonly owners: Owner[];
  private readonly sources = new Map<string, Source>();

  constructor(encoded: EncodedRoots, known: readonly string[]) {
    this.encoded = encoded;
    this.texts = known.concat(encoded.texts);
    for (const fields of encoded.scalars) this.scalars.push(this.makeScalar(fields));
    this.entries = encoded.entries.map((fields) => this.makeEntry(fields));
    this.owners = encoded.owners.map((fields) => this.makeOwner(fields));
  }

  decode(): BuildRoot[] {
    return this.encoded.roots.map((root) => this.root(root));
  }

  private root(root: EncodedRoot): BuildRoot {
    const { texts } = this;
    let used: Set<string> | undefined;
    return {
      id: this.text(root.id),
      directory: this.text(root.directory),
      deployedBy: root.deployedBy.map((flux) => ({ ...flux, substituteFrom: new Map(flux.substituteFrom) })),
      usages: root.usages.map((usage) => this.usage(usage)),
      unknowns: root.unknowns.map(([why = NONE, file = NONE, scalar = NONE]): Unknown => ({
        why: this.text(why),
        file: this.text(file),
        scalar: this.scalars[scalar],
      })),
      failure: this.texts[root.failure],
      // Most paths of most roots are never asked for.
      get used() {
        return (used ??= new Set(root.used.map((path) => texts[path] ?? '')));
      },
      artifact: root.artifact ?? undefined,
      ignore: root.ignore,
      readsOutside: root.readsOutside,
    };
  }

  private usage([texts, isExact, owners, layers, entries]: EncodedUsage): ImageUsage {
    const text = (index: number) => this.text(texts[index] ?? NONE);
    const owner = (index: number) => this.owners[owners[index] ?? NONE];
    return {
      kind: text(0),
      namespace: text(1),
      workload: text(2),
      container: text(3),
      name: text(4),
      tag: text(5),
      digest: text(6),
      reference: text(7),
      status: isExact === 1 ? 'exact' : 'unknown',
      why: text(8),
      nameOwner: owner(0),
      tagOwner: owner(1),
      digestOwner: owner(2),
      owner: owner(3),
      layers: layers.map(([what = 0, reference = NONE, ...by]): Layer => ({
        what: WHATS[what] ?? 'manifest',
        reference: this.text(reference),
        owners: by.flatMap((index) => this.owners[index] ?? []),
      })),
      entries: entries.flatMap((index) => this.entries[index] ?? []),
      originalName: text(9),
      manifest: this.texts[texts[10] ?? NONE],
      setter: this.texts[texts[11] ?? NONE],
    };
  }

  private makeOwner([file = NONE, scalar = NONE, part = 0, entry = NONE]: readonly number[]): Owner {
    const known = this.entries[entry];
    const owner = { file: this.text(file), scalar: this.scalars[scalar] as ScalarNode, part: PARTS[part] ?? 'whole' };
    return known === undefined ? owner : { ...owner, entry: known };
  }

  private makeEntry([file = NONE, start = 0, ...scalars]: readonly number[]): ImageOverride {
    const [name, newName, newTag, tagSuffix, digest] = scalars.map((index) => this.scalars[index]);
    return { file: this.text(file), name, newName, newTag, tagSuffix, digest, start };
  }

  private makeScalar([
    text = NONE,
    style = 0,
    tag = NONE,
    start = 0,
    end = 0,
    alias,
    file = NONE,
    within = NONE,
    part,
  ]: readonly number[]): ScalarNode {
    const node = {
      kind: 'scalar' as const,
      text: this.text(text),
      style: STYLES[style] ?? 'plain',
      tag: this.text(tag),
      start,
      end,
      alias: alias === 1,
      source: this.source(this.text(file), this.scalars[within]),
    };
    return part === 1 ? { ...node, part: 'literal' } : node;
  }

  private source(file: string, within: ScalarNode | undefined): Source {
    if (within !== undefined) return { file, within };
    let source = this.sources.get(file);
    if (source === undefined) this.sources.set(file, (source = { file, within }));
    return source;
  }

  private text(index: number): string {
    return this.texts[index] ?? '';
  }
}
