/** `dev`, `dev and prod`, `dev, test and prod`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

const MOST_NAMES = 4;

/** As `listed`, with no more than four names: `dev, test, prod and 3 more`. */
export function listedBriefly(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? listed([...names.slice(0, MOST_NAMES - 1), `${String(more + 1)} more`]) : listed(names);
}
