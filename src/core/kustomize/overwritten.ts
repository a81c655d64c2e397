import type { ImageField } from './imageFields.ts';
import type { ImageState } from './imageState.ts';
import { stateOfScalar } from './imageState.ts';

/** The state of an image that a step wrote in full, with what its container had before. `old`: the images of the object before the step. */
export function overwritten(
  { scalar, role, container, path }: ImageField,
  what: 'patch' | 'replacement',
  old: readonly ImageField[],
): ImageState {
  const list = listOf(path);
  const own = old.find((field) => field.role === role && field.container === container && listOf(field.path) === list);
  const state = stateOfScalar(scalar, what);
  return own === undefined ? state : { ...state, before: own.state };
}

/** The list in which a container stands: its place in there can be another one than before. */
function listOf(path: ImageField['path']): string {
  return path.slice(0, -2).join('\n');
}
