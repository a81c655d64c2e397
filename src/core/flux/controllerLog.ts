/** Lines of a Flux controller's log that are about one object. */
import { cleanMessage } from '../kubernetes/conditionMessage.ts';
import type { ObjectReference } from '../kubernetes/liveObject.ts';
import { textIn } from '../kubernetes/liveObject.ts';
import { HELM_GROUP, IMAGE_GROUP, KUSTOMIZE_GROUP } from './kinds.ts';

export interface LogLine {
  /** ISO time; '' where the line has none. */
  readonly time: string;
  readonly error: boolean;
  readonly text: string;
}

/** The controller that reconciles a kind, by the name of its deployment. */
export function controllerNameOf({ group, kind }: ObjectReference): string {
  if (group === KUSTOMIZE_GROUP) return 'kustomize-controller';
  if (group === HELM_GROUP) return 'helm-controller';
  if (group !== IMAGE_GROUP) return 'source-controller';
  return kind === 'ImageUpdateAutomation' ? 'image-automation-controller' : 'image-reflector-controller';
}

/** Flux writes JSON, one object a line, with the name and namespace of what it is about. Other lines are left out. */
export function linesAbout(lines: readonly string[], { kind, namespace, name }: ObjectReference): LogLine[] {
  return lines.flatMap((line) => {
    const entry = parse(line);
    if (entry === undefined) return [];
    const about = textIn(entry, 'controllerKind') || textIn(entry, 'kind');
    if (textIn(entry, 'name') !== name || textIn(entry, 'namespace') !== namespace || (about !== '' && about !== kind)) return [];
    const error = textIn(entry, 'error');
    const text = [textIn(entry, 'msg'), error].filter((part) => part !== '').join(': ');
    return [{ time: textIn(entry, 'ts'), error: textIn(entry, 'level') === 'error', text: cleanMessage(text) }];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
