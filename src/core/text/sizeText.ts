/** How people say the size of a file: `48 KB`, `5.1 MB`, `52 MB`. Rounded up where it is small, so that what passes a limit of 5 MB does not have 5 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${String(Math.ceil(bytes / 1000))} KB`;
  return bytes < 10_000_000 ? `${String(Math.ceil(bytes / 100_000) / 10)} MB` : `${String(Math.round(bytes / 1_000_000))} MB`;
}
