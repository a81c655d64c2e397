/**
 * What go-yaml v3, with which kustomize reads and writes manifests, makes of a plain scalar (go.yaml.in/yaml/v3 resolve.go): YAML 1.2 but for octal numbers such
 * as 017 and for dates. `typing.ts` has version 2, which reads kustomization files.
 */
import type { ScalarNode } from './node.ts';

export type ScalarType = 'string' | 'int' | 'float' | 'bool' | 'null' | 'timestamp' | 'binary';

export interface Resolved {
  readonly type: ScalarType;
  /** As kustomize prints it in the end: 1.10 becomes 1.1, 0x1F becomes 31, 2024-06-27 becomes 2024-06-27T00:00:00Z. */
  readonly text: string;
}

const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...['true', 'True', 'TRUE'].map((word) => [word, { type: 'bool', text: 'true' }] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, { type: 'bool', text: 'false' }] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { type: 'null', text: 'null' }] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { type: 'float', text: '.nan' }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, { type: 'float', text: '.inf' }] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, { type: 'float', text: '-.inf' }] as const),
]);
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;

/** What a plain text without a tag is. */
export function resolve(text: string): Resolved {
  const first = text.charCodeAt(0);
  const isNumeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!isNumeric && !(text.length <= 5 && /^(?:$|[~tTfFnN])/.test(text))) return { type: 'string', text };
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!isNumeric) return { type: 'string', text };
  const time = timestamp(text);
  if (time !== undefined) return { type: 'timestamp', text: time };
  const digits = first === 46 ? text : text.replaceAll('_', '');
  if (INTEGER.test(digits)) {
    const value = integer(digits);
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return { type: 'int', text: value.toString() };
  }
  if (FLOAT.test(digits) && Number.isFinite(Number(digits))) return { type: 'float', text: printFloat(Number(digits)) };
  return { type: 'string', text };
}

/** The type of a scalar as kustomize's nodes have it: quotes and block styles make strings, and so does the tag `!!str`. */
export function typeInManifest({ text, style, tag }: ScalarNode): ScalarType {
  if (tag === '' || tag === '!') return style === 'plain' ? resolve(text).type : 'string';
  switch (tag) {
    case '!!int':
    case '!!float':
    case '!!bool':
    case '!!null':
    case '!!timestamp':
    case '!!binary':
      return tag.slice(2) as ScalarType;
    default:
      return 'string';
  }
}

/** The text of a scalar as kustomize prints it in the end. */
export function printedText(scalar: ScalarNode): string {
  return typeInManifest(scalar) === 'string' ? scalar.text : resolve(scalar.text).text;
}

function integer(digits: string): bigint {
  const bare = digits.replace(/^[-+]/, '').toLowerCase();
  const value = /^0[0-7]+$/.test(bare) ? BigInt(`0o${bare.slice(1)}`) : BigInt(bare);
  return digits.startsWith('-') ? -value : value;
}

/** Numbers travel as JSON: whole ones without exponent up to 1e21, which are read again as integers where they fit into 64 bits. */
function printFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  return formatFloat(value);
}

/** Go's strconv.FormatFloat(value, 'g', -1, 64): an exponent below 1e-4 and from 1e21 on. */
function formatFloat(value: number): string {
  if (value === 0) return '0';
  const [mantissa = '', power] = value.toExponential().split('e');
  const exponent = Number(power);
  const digits = mantissa.replace(/[-.]/g, '').length;
  if (exponent >= -4 && exponent < Math.max(digits, 21)) return plainDigits(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plainDigits(value: number): string {
  return String(value);
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(Z|[-+]\d{2}:\d{2}))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?))?$/;

/** In RFC 3339, as Go writes times into JSON. */
function timestamp(text: string): string | undefined {
  const match = text.charCodeAt(4) === 45 ? TIMESTAMP.exec(text) : null;
  if (match === null) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const [hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    match[4] === undefined ? match.slice(9, 13) : match.slice(4, 9);
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const fits =
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= lastDay &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  if (!fits) return undefined;
  const pad = (part: string) => part.padStart(2, '0');
  const nanoseconds = fraction.slice(1, 10).replace(/0+$/, '');
  const rest = nanoseconds === '' ? '' : `.${nanoseconds}`;
  return `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${rest}${zone}`;
}
