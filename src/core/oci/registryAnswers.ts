/** Answers of registries (OCI distribution and image specifications), read without trusting them. */

export interface Challenge {
  readonly scheme: 'bearer' | 'basic';
  readonly realm: string;
  readonly service: string;
  readonly scope: string;
}

/** The first scheme of a WWW-Authenticate header that we know. */
export function parseChallenge(header: string): Challenge | undefined {
  const [, scheme] = /(?:^|,\s*)(bearer|basic)\s/i.exec(header) ?? [];
  if (scheme === undefined) return undefined;
  const part = header.slice(header.toLowerCase().indexOf(scheme.toLowerCase()));
  const value = (name: string) => new RegExp(`[\\s,]${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(part)?.[1] ?? '';
  return {
    scheme: scheme.toLowerCase() as Challenge['scheme'],
    realm: value('realm'),
    service: value('service'),
    scope: value('scope'),
  };
}

/** Target of the next page. */
export function nextLink(header: string): string | undefined {
  return /<([^>]*)>\s*;[^<]*\brel="?next"?/i.exec(header)?.[1];
}

/** Codes of an error answer in upper case. */
export function errorCodes(body: unknown): string[] {
  const { errors } = asRecord(body);
  return Array.isArray(errors) ? errors.map((error: unknown) => textOf(asRecord(error)['code']).toUpperCase()) : [];
}

/** A manifest or an index, as far as we read it. */
export interface Manifest {
  readonly annotations: Readonly<Record<string, string>>;
  /** Of an image. */
  readonly config: Descriptor | undefined;
  /** Of an index, without attestations. */
  readonly platforms: readonly (Descriptor & { readonly platform: string })[];
}

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** `linux/arm64`, `linux/arm/v7`. Attestations, which have no platform, are left out. */
export function parseManifest(body: unknown): Manifest {
  const { annotations, config, manifests } = asRecord(body);
  const platforms = (Array.isArray(manifests) ? manifests : []).flatMap((entry: unknown) => {
    const found = descriptor(entry);
    const { os, architecture, variant } = asRecord(asRecord(entry)['platform']);
    const platform = [os, architecture, variant].filter((part) => typeof part === 'string' && part !== '').join('/');
    return found === undefined || platform === '' || platform.startsWith('unknown') ? [] : [{ ...found, platform }];
  });
  return { annotations: texts(annotations), config: descriptor(config), platforms };
}

export interface ImageConfig {
  readonly created: string;
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function parseImageConfig(body: unknown): ImageConfig {
  const { created, os, architecture, variant, config } = asRecord(body);
  const platform = [os, architecture, variant].filter((part) => typeof part === 'string' && part !== '').join('/');
  return { created: textOf(created), platform, labels: texts(asRecord(config)['Labels']) };
}

function descriptor(value: unknown): Descriptor | undefined {
  const { digest, size } = asRecord(value);
  return typeof digest === 'string' && /^sha(?:256|384|512):[0-9a-f]{64,128}$/.test(digest) && typeof size === 'number'
    ? { digest, size }
    : undefined;
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asRecord(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
