/** References that kustomize clones or gets instead of reading a path of the repository. */

/** What kustomize gets over HTTP wherever it reads a single file: a patch, or a file of a generator (api/internal/loader/fileloader.go). */
export function isUrl(reference: string): boolean {
  return /^https?:/i.test(reference);
}

/** Without any of these, a reference is a path. */
const REMOTE_MARK = /[:@]|github\.com\//i;

/** Whether kustomize gets or clones what is no file of the repository (api/internal/git/repospec.go, NewRepoSpecFromURL). */
export function isRemote(reference: string): boolean {
  if (!REMOTE_MARK.test(reference)) return false;
  if (isUrl(reference)) return true;
  if (reference.startsWith('/')) return false;
  const url = reference.split('?', 1)[0]?.replace(/^git::/i, '') ?? '';
  const [scheme = ''] = /^(?:ssh|https?|file):\/\//i.exec(url) ?? [];
  const afterScheme = url.slice(scheme.length);
  if (scheme.toLowerCase() === 'file://') return hasRepository(afterScheme, true);
  const [user = ''] = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme) ?? [];
  const rest = afterScheme.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(rest);
  const isScp = scheme === '' && (user !== '' || isGithub);
  if (scheme === '' && !isScp) return false;
  const slash = rest.indexOf('/');
  const colon = rest.indexOf(':');
  const separator = isScp && (slash < 0 || (colon > 0 && colon < slash)) ? colon : slash;
  const host = separator < 0 ? rest : rest.slice(0, separator + 1);
  return host !== '' && hasRepository(separator < 0 ? '' : rest.slice(separator + 1), false);
}

/** parsePathParts: the repository ends at a marker, else it has two segments (a file URL is all repository). */
function hasRepository(path: string, isFile: boolean): boolean {
  let repository: string;
  let directory = '';
  const git = path.indexOf('_git/');
  const double = path.indexOf('//');
  const suffix = path.indexOf('.git');
  if (git >= 0) {
    const [name = '', ...segments] = path.slice(git + 5).split('/');
    repository = path.slice(0, git + 5) + name;
    directory = segments.join('/');
  } else if (double >= 0) {
    repository = path.slice(0, double);
    directory = path.slice(double + 2);
  } else if (suffix >= 0) {
    repository = path.slice(0, suffix + 4);
    directory = path.slice(suffix + 4);
  } else {
    const segments = path.split('/');
    if (!isFile && segments.length < 2) return false;
    repository = isFile ? path : segments.slice(0, 2).join('/');
    directory = isFile ? '' : segments.slice(2).join('/');
  }
  return repository !== '' && !leavesTop(directory);
}

function leavesTop(directory: string): boolean {
  let depth = 0;
  for (const segment of directory.split('/')) {
    if (segment === '' || segment === '.') continue;
    depth += segment === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}
