/**
 * Byte-minimal change of one scalar (image-semantics.md B): quote style, comments, indentation, line ends, anchors and everything else around
 * it stay. Offsets are those of the given text; the edits of one call never overlap.
 */
import { isScalar } from 'yaml';
import { blockIndentation, editAt } from './editEmbedded.ts';
import type { EditResult } from './editEmbedded.ts';
import { eolNear, insertPair } from './editMapping.ts';
import { findPlace, lacksColon, scalarAt } from './locate.ts';
import type { LocatedScalar, LocatedYaml, Place, YamlAddress } from './locate.ts';
import { canBeBlock, writeScalar } from './scalarStyle.ts';
import type { QuoteStyle } from './scalarStyle.ts';

/**
 * Makes the scalar at `address` read as the string `value`. An alias is replaced by the value, so that only this place changes; so is a value
 * that came in through `<<`. The definition of an anchor is changed in place: `locateScalar` reports the aliases that change with it.
 */
export function setScalar(text: string, address: YamlAddress, value: string): EditResult {
  return editAt(text, address, (yaml, at) => {
    const place = findPlace(yaml, at);
    const scalar = place === undefined ? undefined : scalarAt(place);
    if (place === undefined || scalar === undefined) return { reason: 'there is no single value at this place' };
    if (place.mergedInto !== undefined && isScalar(place.pair?.key)) {
      return scalar.value === value
        ? []
        : insertPair(yaml, place.mergedInto, String(place.pair.key.source ?? place.pair.key.value), value);
    }
    return editScalar(yaml, place, scalar, value);
  });
}

function editScalar(yaml: LocatedYaml, place: Place, scalar: LocatedScalar, value: string): EditResult {
  const { start, end, style, inFlow, tag } = scalar;
  if (tag !== undefined && tag !== 'tag:yaml.org,2002:str' && tag !== '!') return { reason: `the value has the tag ${tag}` };
  const written = writeScalar(value, wantedStyle(place, scalar), inFlow);
  switch (style) {
    case 'missing': {
      const colon = place.pair !== undefined && lacksColon(place.pair) ? ':' : '';
      return [{ start, end, newText: `${colon} ${written}` }];
    }
    case 'literal':
    case 'folded':
      return scalar.value === value ? [] : editBlock(yaml.text, scalar, value);
    default:
      return yaml.text.slice(start, end) === written ? [] : [{ start, end, newText: written }];
  }
}

function wantedStyle(place: Place, { style }: LocatedScalar): QuoteStyle {
  if (style === 'single' || style === 'double') return style;
  const { parent, pair } = place;
  // A JSON file has to stay JSON.
  const neighbours = pair === undefined ? (parent?.items ?? []) : [pair.key];
  const isJson = parent?.flow === true && neighbours.some((node) => isScalar(node) && node.type === 'QUOTE_DOUBLE');
  return isJson ? 'double' : 'plain';
}

/** Keeps the block where its header can say the new value: another chomping indicator at most. */
function editBlock(text: string, { start, end, style, value: oldValue }: LocatedScalar, value: string): EditResult {
  const raw = text.slice(start, end);
  const contentEnd = start + raw.trimEnd().length;
  const indentation = blockIndentation(raw, oldValue);
  const chomping = value.endsWith('\n') ? '' : '-';
  const body = chomping === '' ? value.slice(0, -1) : value;
  const header = /^[|>]([1-9]?)([+-]?)([1-9]?)/.exec(raw);
  if (indentation === undefined || header === null || !canBeBlock(value) || (style === 'folded' && body.includes('\n')))
    return [{ start, end: contentEnd, newText: writeScalar(value, 'double', false) }];
  const contentStart = start + indentation.contentStart;
  const lead = ' '.repeat(indentation.width);
  const eol = eolNear(text, contentStart - 1);
  const content = body
    .split('\n')
    .map((line) => (line === '' ? '' : lead + line))
    .join(eol);
  const edits = [{ start: contentStart, end: contentEnd, newText: content }];
  const [, digitBefore = '', oldChomping = '', digitAfter = ''] = header;
  if (oldChomping !== chomping) {
    const at = start + 1 + digitBefore.length;
    edits.unshift({ start: at, end: at + oldChomping.length, newText: chomping });
  }
  return digitBefore + digitAfter === '' || !/^\s/m.test(body)
    ? edits
    : [{ start, end: contentEnd, newText: writeScalar(value, 'double', false) }];
}
