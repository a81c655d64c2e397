// GitHub's own OpenAPI description of its REST API, installed once per user into the cache, and what holds by it.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { cacheFolder } from '../paths.ts';
import { runProgram } from '../runProgram.ts';

const version = '23.0.2';
const folder = join(cacheFolder, `github-openapi-${version}`);

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: object;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, object>>;
}

type Json = Readonly<Record<string, unknown>>;

/** The path of the description, 13 MB; the package has 400 MB, of which the rest is not kept. */
async function prepareDescription(): Promise<string> {
  const path = join(folder, 'api.github.com.json');
  if (existsSync(path)) return path;
  console.error(`Installing GitHub's description of its API (@octokit/openapi ${version}, once) into ${folder} ...`);
  const partial = `${folder}.${String(process.pid)}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    writeFileSync(join(partial, 'package.json'), JSON.stringify({ private: true }));
    const flags = ['--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];
    await runProgram('npm', ['install', ...flags, `@octokit/openapi@${version}`], { cwd: partial });
    renameSync(
      join(partial, 'node_modules/@octokit/openapi/generated/api.github.com.json'),
      join(partial, 'api.github.com.json'),
    );
    rmSync(join(partial, 'node_modules'), { recursive: true });
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return path;
}

export class GitHubDescription {
  private readonly document: Json;
  private readonly routes: {
    readonly method: string;
    readonly path: string;
    readonly pattern: RegExp;
    readonly operation: Operation;
  }[] = [];
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv = new Ajv({ strict: false, logger: false, coerceTypes: false });

  private constructor(document: Json) {
    this.document = document;
    (addFormats as unknown as (ajv: Ajv) => void)(this.ajv);
    for (const [path, operations] of Object.entries(document['paths'] as Json)) {
      const pattern = new RegExp(
        `^${path
          .replace(/[.]/g, '\\.')
          .replace(/\{(ref|branch|basehead)\}/g, '(?<$1>.+)')
          .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`,
      );
      for (const [method, operation] of Object.entries(operations as Json))
        this.routes.push({ method: method.toUpperCase(), path, pattern, operation: operation as Operation });
    }
  }

  static async load(): Promise<GitHubDescription> {
    return new GitHubDescription(JSON.parse(readFileSync(await prepareDescription(), 'utf8')) as Json);
  }

  /** The operation that a request means, with the values of its path; the one with most literal text wins. */
  find(
    method: string,
    path: string,
  ): { readonly operation: Operation; readonly values: Readonly<Record<string, string>> } | undefined {
    const found = this.routes
      .filter((route) => route.method === method && route.pattern.test(path))
      .sort((a, b) => literalLength(b.path) - literalLength(a.path))[0];
    const values = found?.pattern.exec(path)?.groups ?? {};
    return found === undefined
      ? undefined
      : {
          operation: found.operation,
          values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, decodeURIComponent(value)])),
        };
  }

  /** The value of an example of the description. */
  example(name: string): unknown {
    const { value } = (this.document['components'] as { examples: Record<string, { value: unknown }> }).examples[name] ?? {};
    if (value === undefined) throw new Error(`GitHub's description has no example ${name}.`);
    return structuredClone(value);
  }

  /** What is wrong with a request; undefined where nothing is. Names that GitHub does not know count as wrong. */
  requestProblem(operation: Operation, query: URLSearchParams, body: unknown): string | undefined {
    const parameters = (operation.parameters ?? []).map((parameter) => this.resolve(parameter) as unknown as Parameter);
    for (const [name, text] of query) {
      const parameter = parameters.find((candidate) => candidate.in === 'query' && candidate.name === name);
      if (parameter === undefined) return `the query has ${name}, which ${operation.operationId} does not know`;
      const value: unknown = /^\d+$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text;
      const problem = this.schemaProblem(`${operation.operationId} query ${name}`, parameter.schema, value);
      if (problem !== undefined) return `the query's ${name} ${problem}`;
    }
    const missing = parameters.find(
      (parameter) => parameter.in === 'query' && parameter.required === true && !query.has(parameter.name),
    );
    if (missing !== undefined) return `the query lacks ${missing.name}`;
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (body === undefined) return undefined;
    if (schema === undefined) return `${operation.operationId} takes no body`;
    const properties = (this.resolve(schema) as { properties?: object }).properties;
    const unknown = properties && Object.keys(body as object).find((key) => !Object.hasOwn(properties, key));
    if (unknown !== undefined) return `the body has ${unknown}, which ${operation.operationId} does not know`;
    return this.schemaProblem(`${operation.operationId} body`, schema, body);
  }

  /** What is wrong with an answer; undefined where nothing is. */
  responseProblem(operation: Operation, status: number, body: unknown): string | undefined {
    const described = operation.responses[String(status)];
    // Gateways and limits answer in ways that the description of an operation does not list.
    const isGeneral = status === 401 || status === 403 || status === 404 || status === 429 || status >= 500;
    if (described === undefined && !isGeneral) return `${operation.operationId} never answers with ${String(status)}`;
    const content = (described === undefined ? {} : this.resolve(described))['content'] as
      Readonly<Record<string, { schema?: object }>> | undefined;
    const schema =
      content?.['application/json']?.schema ??
      (isGeneral || status >= 400 ? { $ref: '#/components/schemas/basic-error' } : undefined);
    if (schema === undefined)
      return body === undefined ? undefined : `the answer ${String(status)} of ${operation.operationId} has no body`;
    return this.schemaProblem(`${operation.operationId} ${String(status)}`, schema, body);
  }

  private schemaProblem(key: string, schema: object, value: unknown): string | undefined {
    let validate = this.validators.get(key);
    if (validate === undefined) this.validators.set(key, (validate = this.ajv.compile(this.selfContained(schema))));
    if (validate(value)) return undefined;
    return (validate.errors ?? [])
      .map(({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
      .join(', ');
  }

  private resolve(node: object): Json {
    const { $ref } = node as { $ref?: string };
    if ($ref === undefined) return node as Json;
    return $ref
      .split('/')
      .slice(1)
      .reduce<Json>((at, part) => at[part] as Json, this.document);
  }

  /** With all components that it refers to, in JSON Schema: OpenAPI 3.0 writes null in its own way. */
  private selfContained(schema: object): object {
    const components: Record<string, Record<string, unknown>> = {};
    const convert = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(convert);
      if (typeof node !== 'object' || node === null) return node;
      const {
        $ref,
        nullable,
        example: _,
        ...rest
      } = node as { $ref?: string; nullable?: boolean; example?: unknown } & Record<string, unknown>;
      if ($ref !== undefined) {
        const [, , group = '', name = ''] = $ref.split('/');
        const known = (components[group] ??= {});
        if (!Object.hasOwn(known, name)) {
          known[name] = true;
          known[name] = convert(this.resolve({ $ref }));
        }
        return { $ref };
      }
      const converted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, convert(value)]));
      return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
    };
    const converted = convert(schema) as object;
    return { ...converted, components };
  }
}

function literalLength(path: string): number {
  return path.replace(/\{\w+\}/g, '').length;
}
