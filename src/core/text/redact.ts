/** Takes credentials out of what programs say, before anyone reads or keeps it. */

/** User names and passwords in URLs, values of authorization headers, and the given secrets. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text.replace(/(\w+:\/\/)[^\s/@'"]+@/g, '$1').replace(/((?:proxy-)?authorization:\s*\w+\s+)\S+/gi, '$1•••');
  for (const secret of secrets) if (secret !== '') result = result.replaceAll(secret, '•••');
  return result;
}
