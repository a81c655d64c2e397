/** What is wrong with a text, without making a tree of it. */
import { EVENT_ALIAS, EVENT_DOCUMENT, EVENT_MAPPING, EVENT_POP, EVENT_SCALAR, EVENT_SEQUENCE, getScalarValue } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { YamlProblem } from './events.ts';
import { withEvents } from './events.ts';

/** What is wrong with the syntax of `text`, or that a key stands twice in it, at a fraction of the cost of parsing it. Never throws. */
export function syntaxProblem(text: string, base: number): YamlProblem | undefined {
  const { result, problem } = withEvents(text, base, (read, events, offsetOf): YamlProblem | undefined => {
    const key = duplicateKey(read, events);
    return key && { message: `mapping key "${key.text}" already defined`, offset: offsetOf(key.start), isDuplicateKey: true };
  });
  return problem ?? result;
}

/** True where kustomize 5.8 refuses an object for a key that it has twice: everywhere but in its annotations. */
export function isRefusedDuplicate(key: string, path: readonly string[]): boolean {
  const isMetadata = path.length > 0 && path[0] === 'metadata';
  return !isMetadata || !(path[1] === 'annotations' || (path.length === 1 && key === 'annotations'));
}

/** The first key that kustomize refuses an object for. */
function duplicateKey(text: string, events: readonly Event[]): { readonly text: string; readonly start: number } | undefined {
  const stack: { readonly keys: Set<string> | undefined; isValue: boolean; key: string }[] = [];
  for (const event of events) {
    const around = stack.at(-1);
    switch (event.type) {
      case EVENT_DOCUMENT:
      case EVENT_MAPPING:
      case EVENT_SEQUENCE:
        stack.push({ keys: event.type === EVENT_MAPPING ? new Set() : undefined, isValue: false, key: '' });
        break;
      case EVENT_POP:
        stack.pop();
        turn(stack.at(-1));
        break;
      case EVENT_SCALAR: {
        if (around?.keys !== undefined && !around.isValue) {
          const key = event.fast ? text.slice(event.valueStart, event.valueEnd) : getScalarValue(text, event);
          // Where it is merged with others, the same key can follow.
          if (around.keys.has(key) && key !== '<<') {
            const path = stack.slice(1, -1).map((open) => open.key);
            if (isRefusedDuplicate(key, path)) return { text: key, start: Math.max(event.valueStart, 0) };
          }
          around.keys.add(key);
          around.key = key;
        }
        turn(around);
        break;
      }
      case EVENT_ALIAS:
        turn(around);
        break;
    }
  }
  return undefined;
}

/** Keys and values take turns in a mapping. */
function turn(open: { readonly keys: unknown; isValue: boolean } | undefined): void {
  if (open?.keys !== undefined) open.isValue = !open.isValue;
}
