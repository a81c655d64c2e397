import { relative, sep } from 'node:path';

/** The path below a folder, with slashes; undefined outside of it and for the folder itself. */
export function pathInside(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || /^[a-zA-Z]:/.test(inside)) return undefined;
  return inside.split(sep).join('/');
}
