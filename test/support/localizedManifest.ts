import packageJson from '../../package.json' with { type: 'json' };
import strings from '../../package.nls.json' with { type: 'json' };

/** The key of a value that VS Code replaces by a string of package.nls.json; undefined for any other value. */
export function keyOf(value: unknown): string | undefined {
  return typeof value === 'string' ? /^%(.+)%$/.exec(value)?.[1] : undefined;
}

/** package.json as VS Code shows it in English. Keys without a string stay. */
export const localizedManifest: typeof packageJson = replaced(packageJson);

function replaced<T>(value: T): T {
  const key = keyOf(value);
  if (key !== undefined) return ((strings as Readonly<Record<string, string>>)[key] ?? value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced<unknown>(item)])) as T;
}
