/** What go-yaml v2 (YAML 1.1), which kustomize and Flux read with, makes of a plain scalar. Source: image-semantics.md A.4, go-yaml resolve.go. */
import type { ScalarNode } from './node.ts';

export type YamlType = 'string' | 'int' | 'float' | 'bool' | 'null';

const BOOLEANS = new Map<string, boolean>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const SPECIAL_FLOAT = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The type of a scalar. Quoted and block scalars, and those tagged `!!str`, are strings. */
export function typeOf(scalar: ScalarNode): YamlType {
  if (scalar.style !== 'plain' || scalar.tag === '!!str' || scalar.tag === '!') return 'string';
  return plainType(scalar.text);
}

const TODAY =
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|true|True|TRUE|false|False|FALSE)$/;

/** Whether YAML 1.2 too, as YAML language servers read it, takes a scalar for a number or a boolean: `yes` and `0b1` are texts there. */
export function isTypedToday({ text, style }: ScalarNode): boolean {
  return style === 'plain' && (TODAY.test(text) || SPECIAL_FLOAT.test(text));
}

/** The type of a plain scalar's text. Dates are strings: kustomize never makes anything else of them in `images:`. */
function plainType(text: string): YamlType {
  if (text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL') return 'null';
  if (BOOLEANS.has(text)) return 'bool';
  const first = text.charCodeAt(0);
  const numberLike = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numberLike) return 'string';
  if (SPECIAL_FLOAT.test(text)) return 'float';
  const digits = text.replaceAll('_', '');
  if (INTEGER.test(digits) && fitsInt64(digits)) return 'int';
  return FLOAT.test(digits) && Number.isFinite(Number(digits)) ? 'float' : 'string';
}

function integerValue(digits: string): bigint {
  const negative = digits.startsWith('-');
  const bare = digits.replace(/^[-+]/, '');
  const value = /^0[0-7]+$/.test(bare)
    ? BigInt(`0o${bare.slice(1)}`)
    : BigInt(bare.replace('O', 'o').replace('B', 'b').replace('X', 'x'));
  return negative ? -value : value;
}

function fitsInt64(digits: string): boolean {
  const value = integerValue(digits);
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

/**
 * The text that Flux's decoder (sigs.k8s.io/yaml into a string field) makes of a scalar in the kustomization file at `spec.path`:
 * 1.10 becomes "1.1", 0362525 becomes "124245", yes becomes "true". A null is ''.
 */
export function coercedText(scalar: ScalarNode): string {
  const digits = scalar.text.replaceAll('_', '');
  switch (typeOf(scalar)) {
    case 'string':
      return scalar.text;
    case 'null':
      return '';
    case 'bool':
      return String(BOOLEANS.get(scalar.text));
    case 'int':
      return integerValue(digits).toString();
    case 'float':
      return SPECIAL_FLOAT.test(scalar.text) ? scalar.text : formatFloat(Number(digits));
  }
}

/** Go's strconv.FormatFloat(value, 'g', -1, 32): the shortest text that reads back as the same 32-bit float, with an exponent below 1e-4 and from 1e6 on. */
function formatFloat(value: number): string {
  const shortest = shortestSingle(value);
  const [mantissa = '', power] = shortest.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(shortest);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The shortest decimal that reads back as the same 32-bit float. */
function shortestSingle(value: number): number {
  const rounded = Math.fround(value);
  for (let precision = 1; precision <= 9; precision++) {
    const candidate = Number(rounded.toPrecision(precision));
    if (Math.fround(candidate) === rounded) return candidate;
  }
  return rounded;
}
