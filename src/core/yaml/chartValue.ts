/** What a Helm template prints for a plain scalar of `spec.values`, after kustomize and the API server have read and written it (image-semantics.md A.4). */
import type { ScalarNode } from './node.ts';
import { isNull } from './node.ts';

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)\s*(Z|[-+]\d{1,2}(?::?\d{2})?)?)?$/;
const RADIX = /^([-+]?)0([xXoObB])([0-9a-fA-F_]+)$/;
const OCTAL = /^([-+]?)0([0-7_]+)$/;
const NUMBER = /^[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;

/** The text that a chart sees. Strings, quoted scalars and nulls are what they are. */
export function chartText(scalar: ScalarNode): string {
  const { text, style, tag } = scalar;
  if (style !== 'plain' || tag !== '' || isNull(scalar)) return text;
  if (BOOLEAN.test(text)) return text.toLowerCase();
  const value = numberOf(text);
  return value === undefined ? (dateOf(text) ?? text) : printNumber(value);
}

function numberOf(text: string): number | undefined {
  const radix = RADIX.exec(text);
  if (radix !== null) {
    const [, sign = '', kind = '', digits = ''] = radix;
    const value = Number(`0${kind.toLowerCase()}${digits.replaceAll('_', '')}`);
    return Number.isNaN(value) ? undefined : sign === '-' ? -value : value;
  }
  const octal = OCTAL.exec(text);
  if (octal !== null) {
    const value = Number.parseInt(octal[2]?.replaceAll('_', '') ?? '', 8);
    return Number.isNaN(value) ? undefined : octal[1] === '-' ? -value : value;
  }
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** Numbers reach the template as 64-bit floats, and Go prints these with an exponent below 1e-4 and from 1e6 on (helm#1643). */
function printNumber(value: number): string {
  if (value === 0) return '0';
  const [mantissa = '', power] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** kustomize writes dates as timestamps (image-automation-controller#713). */
function dateOf(text: string): string | undefined {
  const [, year = '', month = '', day = '', time, zone] = DATE.exec(text) ?? [];
  if (year === '' || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  if (zone !== undefined && zone !== 'Z') return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${time ?? '00:00:00'}Z`;
}
