/** What the registries of the images say, asked only for people who want it: by the setting, or each time. */
import pLimit from 'p-limit';
import type { RegistryImage } from '../clients/registry.ts';
import { Registry } from '../clients/registry.ts';
import { OutsideError } from '../clients/errors.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import { repositoryKey } from '../core/oci/imageReference.ts';
import { registryAddress } from '../core/oci/registryAddress.ts';
import type { Client } from './client.ts';

/** What a registry has of one image. */
export interface KnownTags {
  readonly tags: ReadonlySet<string>;
  /** Whether a tag that is not here is not there. */
  readonly isComplete: boolean;
}

/** The rule asks again after that time; people who look are answered anew sooner. */
const LINT_MILLISECONDS = 600_000;
/** Registries count requests. */
const AT_ONCE = 4;

export class Registries {
  private readonly client: Client;
  private readonly domains: () => ReadonlySet<string>;
  private registry: Registry | undefined;
  private readonly heard = new Map<string, KnownTags>();
  private readonly askedAt = new Map<string, number>();
  private facts: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  /** `inventories`: whose images name the registries that may be asked. */
  constructor(client: Client, inventories: () => readonly Inventory[]) {
    this.client = client;
    this.domains = () => {
      const names = new Set(inventories().flatMap(({ images }) => images.map(({ usage }) => usage.name)));
      return new Set([...names].flatMap((name) => registryAddress(name)?.domain ?? []));
    };
  }

  /** What was heard of an image so far, without asking. */
  known(name: string): KnownTags | undefined {
    return this.heard.get(repositoryKey(name));
  }

  /** Tags by normalised repository, as the rules take them: the same map as long as nothing new was heard. */
  get complete(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.facts;
  }

  /** undefined where the registry says that it has no such image. @throws OutsideError; the signal's reason */
  async tags(name: string, signal: AbortSignal): Promise<KnownTags | undefined> {
    const key = repositoryKey(name);
    this.askedAt.set(key, Date.now());
    const list = await this.connect().listTags(name, { signal });
    if (list === undefined) return undefined;
    const known = { tags: new Set(list.tags), isComplete: list.isComplete };
    const before = this.heard.get(key);
    this.heard.set(key, known);
    if (!isSame(before, known))
      this.facts = new Map([...this.heard].flatMap(([image, { tags, isComplete }]) => (isComplete ? [[image, tags]] : [])));
    return known;
  }

  /** @throws OutsideError; the signal's reason */
  async image(name: string, reference: string, signal: AbortSignal): Promise<RegistryImage | undefined> {
    return await this.connect().readImage(name, reference, { signal });
  }

  /** Asks for the tags of all images that were not asked for lately. Registries that do not answer are left alone for that time, too. @throws the signal's reason */
  async learn({ images }: Inventory, signal: AbortSignal): Promise<void> {
    const names = new Map(images.map(({ usage }) => [repositoryKey(usage.name), usage.name]));
    const due = [...names]
      .filter(([key]) => Date.now() - (this.askedAt.get(key) ?? 0) > LINT_MILLISECONDS)
      .map(([, name]) => name);
    for (const name of due) this.askedAt.set(repositoryKey(name), Date.now());
    const limit = pLimit(AT_ONCE);
    const learn = async (name: string) => {
      try {
        await this.tags(name, signal);
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        this.client.log(error.message);
      }
    };
    await Promise.all(due.map((name) => limit(learn, name))).finally(() => limit.clearQueue());
  }

  private connect(): Registry {
    const { client, domains } = this;
    const gitHubToken = () => client.gitHubToken('github.com', false);
    return (this.registry ??= new Registry({ domains, fetch: client.fetch, gitHubToken, log: client.log }));
  }
}

function isSame(before: KnownTags | undefined, { tags, isComplete }: KnownTags): boolean {
  return before?.isComplete === isComplete && before.tags.size === tags.size && [...tags].every((tag) => before.tags.has(tag));
}
