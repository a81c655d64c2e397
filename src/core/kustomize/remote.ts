/** kustomize treats these as URLs to clone or to get, not as paths (api/internal/git/repospec.go). */
export function isRemote(reference: string): boolean {
  return (
    /^(?:https?|ssh|git|file|git::https?|git::ssh):/.test(reference) ||
    reference.startsWith('git::') ||
    /^(?:git@|org-\d+@)[^:/]+[:/]/.test(reference) ||
    /^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)[/:]/.test(reference) ||
    /[?&](?:ref|version|submodules|timeout)=/.test(reference) ||
    (reference.includes('.git/') && !reference.startsWith('.'))
  );
}

/** What kustomize gets over HTTP wherever it reads a single file: a patch, or a file of a generator (api/internal/loader/fileloader.go). */
export function isUrl(reference: string): boolean {
  return /^https?:/i.test(reference);
}
