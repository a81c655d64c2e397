import { posix } from 'node:path';
import { withoutCredentials } from '../../core/git/credentials.ts';
import { MAX_FILE_BYTES } from '../../core/repository/files.ts';
import { sizeText } from '../../core/text/sizeText.ts';
import { contentRules } from './buildContentRules.ts';
import type { Blame, Place, Rule } from './blame.ts';
import { objectName } from './objectName.ts';
import { withoutContents, yamlReason } from './withoutContents.ts';

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
  ...contentRules,
  [
    /no such file or directory/,
    (_, { largeFiles: [large] }) =>
      large && {
        message: `\`${large.path}\` has ${sizeText(large.bytes)}, and the preview reads files of up to ${sizeText(MAX_FILE_BYTES)}. Leave it out of the kustomization, or split it.`,
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
      return { message: `\`${file}\` is not valid YAML: ${yamlReason(reason)}.`, file, ...at };
    },
  ],
  [
    /(?:invalid Kustomization|error converting YAML to JSON): .*?yaml: line (\d+): (.*)/,
    ([, line, reason = ''], { kustomizationFile }) => ({
      message: `\`${kustomizationFile}\` is not valid YAML: ${yamlReason(reason)}.`,
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
    ([, found = '', goField = '', expected], { kustomizationFile }) => {
      const field = goField
        .split('.')
        .filter((part) => !/^[A-Z]/.test(part))
        .join('.');
      return {
        message: wrongType(`\`${field}\` in \`${kustomizationFile}\``, found, expected === 'string'),
        file: kustomizationFile,
      };
    },
  ],
  [
    /missing Resource metadata|missing (?:metadata\.name|kind) in object/,
    ([reason = ''], { folder, locate, reference }) =>
      reference === undefined ? undefined : notAnObject(locate(posix.join(folder, reference)), reason),
  ],
  [
    /accumulation err='accumulating resources from '([^'\n]+)': (.+)': must build at directory: /s,
    ([, name = '', reason = ''], { folder, locate, reference }) =>
      reference !== name || /no such file/.test(reason)
        ? undefined
        : {
            message: `\`${locate(posix.join(folder, name))}\` cannot be read: ${withoutContents(reason)}.`,
            file: locate(posix.join(folder, name)),
          },
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
      message: `\`${kustomizationFile}\` needs ${address ? `\`${withoutCredentials(address)}\`` : 'a remote repository'}, which the preview does not fetch.`,
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
  return { message: `\`${file}\` is not a Kubernetes object: ${withoutContents(reason)}.`, file };
}

/** What Go's JSON calls the types of values. */
const typeWords: Readonly<Record<string, string>> = {
  array: 'a list',
  bool: 'a boolean',
  number: 'a number',
  object: 'a mapping',
  string: 'text',
};

function wrongType(field: string, found: string, wantsText: boolean): string {
  const word = typeWords[found] ?? `of the type ${found}`;
  if (!wantsText) return `${field} is ${word}, and kustomize expects something else there.`;
  const isScalar = found === 'bool' || found === 'number';
  return isScalar
    ? `${field} would be read as ${word}, and kustomize wants text. Quote it.`
    : `${field} is ${word}, and kustomize wants text.`;
}
