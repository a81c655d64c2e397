import { posix } from 'node:path';
import { MAX_FILE_MEGABYTES } from '../../core/repository/files.ts';
import type { LargeFile } from './virtualFiles.ts';

/** What is known of a build besides the error's text. Paths are relative to the root, except in `origins`. */
export interface BuildErrorContext {
  readonly directory: string;
  /** Whether only the source's artefact was seen. */
  readonly source: boolean;
  readonly linksOutside: readonly string[];
  readonly largeFiles: readonly LargeFile[];
  /** Path in a composed artefact to the path that was copied there. */
  readonly origins: Readonly<Record<string, string>>;
  /** The file's text as the build saw it; null when there is none. */
  readonly read: (path: string) => string | null;
}

/** A sentence, and the place that it is about. */
export interface Blame {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

interface Place extends BuildErrorContext {
  /** Where a path of the build is in the repository. */
  readonly locate: (path: string) => string;
  /** The folder whose kustomization file failed, as the build sees it. */
  readonly folder: string;
  readonly kustomizationFile: string;
  /** The entry of `resources` at which it failed, as written. */
  readonly reference: string | undefined;
}

type Rule = readonly [pattern: RegExp, describe: (match: RegExpExecArray, place: Place) => Blame | undefined];

/** The first rule that knows the error speaks. The texts are those of kustomize v5.8 and fluxcd/pkg/kustomize v1.41. */
export function describeRules(text: string, place: Place): Blame | undefined {
  for (const [pattern, describe] of rules) {
    const match = pattern.exec(text);
    const blame = match && describe(match, place);
    if (blame) return blame;
  }
  return undefined;
}

const rules: readonly Rule[] = [
  [
    /no such file or directory/,
    (_, { largeFiles: [large] }) =>
      large && {
        message: `\`${large.path}\` is ${large.megabytes} MB, and the preview reads files of up to ${String(MAX_FILE_MEGABYTES)} MB. Leave it out of the kustomization, or split it.`,
        file: large.path,
      },
  ],
  [
    /is not in or below|no such file or directory/,
    ({ input }, { linksOutside, kustomizationFile }) => {
      const link = linksOutside.find((path) => input.includes(`'${path}'`) || input.includes(`'${path}/`));
      return link === undefined
        ? undefined
        : {
            message: `\`${link}\` is a link that leads out of the repository, and the preview does not follow it.`,
            file: kustomizationFile,
          };
    },
  ],
  [
    /path '(\/[^']*)' is not in or below|lstat (\/[^:]*): no such file or directory/,
    (_, { kustomizationFile, reference }) => ({
      message: `\`${kustomizationFile}\` refers to ${reference ? `\`${reference}\`` : 'something'} outside of the repository. Nothing there is read.`,
      file: kustomizationFile,
    }),
  ],
  [
    /cycle detected: candidate root '([^']+)' contains visited root/,
    ([, again = ''], { folder, kustomizationFile }) => ({
      message:
        again === folder
          ? `\`${kustomizationFile}\` includes its own folder. Remove that entry.`
          : `\`${folder}\` includes \`${again}\`, which includes \`${folder}\`. Remove one of the two.`,
      file: kustomizationFile,
    }),
  ],
  [
    /Found multiple kustomization files under: (\S+)/,
    ([, folder]) => ({
      message: `\`${folder}\` has more than one kustomization file, and kustomize takes neither. Keep one of them.`,
    }),
  ],
  [
    /unable to find one of .* in directory '([^']+)'/,
    ([, missing], { directory, kustomizationFile }) =>
      missing === (directory || '.')
        ? { message: `\`${missing}\` has no kustomization file.` }
        : {
            message: `\`${kustomizationFile}\` includes \`${missing}\`, which has no kustomization file.`,
            file: kustomizationFile,
          },
  ],
  [/failed to decode Kubernetes YAML from ([^:]+): (.*)/, ([, file = '', reason = '']) => notAnObject(file, reason)],
  [
    /evalsymlink failure on '([^']+)'[^']*no such file|(?:open|lstat) ([^:]+): no such file or directory/,
    ([, first, second], place) => missingFile(first ?? second ?? '', place),
  ],
  [
    /MalformedYAMLError: yaml: (?:line (\d+): )?(.*?) in File: (\S+)/,
    ([, line, reason = '', name = ''], { folder, locate, read }) => {
      const file = locate(posix.join(folder, name));
      // kustomize counts lines from the start of the document, not of the file.
      const isOneDocument = !/^---/m.test((read(file) ?? '').slice(3));
      const at = line !== undefined && isOneDocument ? { line: Number(line) } : {};
      return { message: `\`${file}\` is not valid YAML: ${reason}.`, file, ...at };
    },
  ],
  [
    /(?:invalid Kustomization|error converting YAML to JSON): .*?yaml: line (\d+): (.*)/,
    ([, line, reason], { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` is not valid YAML: ${reason}.`,
      file: kustomizationFile,
      line: Number(line),
    }),
  ],
  [
    /unknown field "spec"|apiVersion for Kustomization should be/,
    (_, { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` is not a kustomization file of kustomize. If it is a Flux Kustomization, give it another name.`,
      file: kustomizationFile,
    }),
  ],
  [
    /unknown field "([^"]+)"/,
    ([, field], { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` has the field \`${field}\`, which kustomize does not know.`,
      file: kustomizationFile,
    }),
  ],
  [
    /cannot unmarshal (\w+) into Go struct field \w+\.(\S+) of type (\S+)/,
    ([, found, goField = '', expected], { kustomizationFile }) => {
      const field = goField
        .split('.')
        .filter((part) => !/^[A-Z]/.test(part))
        .join('.');
      return {
        message:
          expected === 'string'
            ? `\`${field}\` in \`${kustomizationFile}\` would be read as a ${found}, and kustomize wants text. Quote it.`
            : `\`${field}\` in \`${kustomizationFile}\` is a ${found}, and kustomize expects another type.`,
        file: kustomizationFile,
      };
    },
  ],
  [
    /missing Resource metadata|missing metadata\.name in object/,
    ([reason = ''], { folder, locate, reference }) =>
      reference === undefined ? undefined : notAnObject(locate(posix.join(folder, reference)), reason),
  ],
  [
    /merging resources from '([^']+)': may not add resource with an already registered id: (\S+?)'?:/,
    ([, name = '', id = ''], { folder, kustomizationFile, locate }) => ({
      message: `${objectName(id)} is in \`${folder || '.'}\` twice: \`${locate(posix.join(folder, name))}\` brings it in again.`,
      file: kustomizationFile,
    }),
  ],
  [
    /failed to find unique target for patch ([^\s"\\]+)/,
    ([, id = ''], { kustomizationFile }) => ({
      message: `A patch in \`${kustomizationFile}\` is for ${objectName(id)}, which is not among its resources.`,
      file: kustomizationFile,
    }),
  ],
  [
    /must specify --enable-helm/,
    (_, { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` has Helm charts, which Flux does not render from there. Use a HelmRelease.`,
      file: kustomizationFile,
    }),
  ],
  [
    /external plugins disabled; unable to load external plugin '([^']+)'/,
    ([, plugin], { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` uses the plugin \`${plugin}\`. Plugins are programs, which the preview does not run.`,
      file: kustomizationFile,
    }),
  ],
  [
    /Get "([^"]+)": remote files are not fetched|no 'git' program on path/,
    ([, address], { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` needs ${address ? `\`${address}\`` : 'a remote repository'}, which the preview does not fetch.`,
      file: kustomizationFile,
    }),
  ],
  [
    /security; file '([^']+)' is not in or below '([^']+)'/,
    ([, path], { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` refers to the file \`${path}\`, which is not below it. kustomize allows that for folders only.`,
      file: kustomizationFile,
    }),
  ],
  [
    /post build failed for '(\w+)[^/]*\/(.*?)': .*variable not set \(strict mode\): "([^"]+)"/,
    ([, kind, name, variable]) => ({
      message: `\`\${${variable}}\` in ${kind} ${name} has no value. Set it in spec.postBuild, or give it a default: \`\${${variable}:=value}\`.`,
    }),
  ],
  [
    /substitute from '(ConfigMap|Secret)\/([^']+)' error: .*not found/,
    ([, kind, name]) => ({ message: `spec.postBuild takes values from ${kind} ${name}, which is not in this repository.` }),
  ],
  [
    /kustomization\.yaml is empty/,
    (_, { kustomizationFile }) => ({ message: `\`${kustomizationFile}\` is empty.`, file: kustomizationFile }),
  ],
  [
    /recovered from kustomize build panic/,
    (_, { kustomizationFile, directory }) => ({
      message: `kustomize itself breaks off at \`${directory || '.'}\`. An image name that is not a regular expression does that, for example \`g++\`.`,
      file: kustomizationFile,
    }),
  ],
];

function missingFile(path: string, { directory, kustomizationFile, read, source }: Place): Blame {
  if (source && read(path) !== null) {
    return {
      message: `\`${path}\` is not in Flux's artefact: it is a link, or \`.sourceignore\`, spec.ignore or Flux's own exclusions leave it out.`,
      file: kustomizationFile,
    };
  }
  if (path === (directory || '.') || directory.startsWith(`${path}/`)) return { message: `\`${path}\` does not exist.` };
  return { message: `\`${kustomizationFile}\` refers to \`${path}\`, which does not exist.`, file: kustomizationFile };
}

function notAnObject(file: string, reason: string): Blame {
  return { message: `\`${file}\` is not a Kubernetes object: ${reason.replace(/ in object.*/, '')}.`, file };
}

/** kustomize writes Kind.version.group/name.namespace, with [noGrp] and [noNs] for what is not set. */
export function objectName(id: string): string {
  const [type = '', name = ''] = id.split('/');
  const parts = name.split('.');
  const namespace = parts.pop();
  return `${type.split('.')[0]} ${namespace === '[noNs]' ? '' : `${namespace}/`}${parts.join('.')}`;
}
