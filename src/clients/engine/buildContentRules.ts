/** Errors for which kustomize quotes contents of files. What is said of them instead names the file and what is wrong. */
import type { Rule } from './blame.ts';

export const contentRules: readonly Rule[] = [
  [
    /namespace transformation produces ID conflict: \[(.*)/s,
    ([, objects = ''], { kustomizationFile }) => ({
      message: `The namespace of \`${kustomizationFile}\` makes two objects one: ${firstObject(objects)} comes from several namespaces. Rename one of them.`,
      file: kustomizationFile,
    }),
  ],
  [
    /unable to parse SM or JSON patch from \[(?:path: \\?"([^"\\]+))?/,
    ([, path], { kustomizationFile }) => ({
      message: `${patchIn(path, kustomizationFile)} is no patch. Give it apiVersion, kind and metadata.name, or make it a list of operations.`,
      file: kustomizationFile,
    }),
  ],
  [
    /illegally qualifies as both an SM and JSON patch/,
    (_, { kustomizationFile }) => ({
      message: `A patch in \`${kustomizationFile}\` can be read as an object and as a list of operations. Split it in two.`,
      file: kustomizationFile,
    }),
  ],
  [
    /patch and path can't be set at the same time/,
    (_, { kustomizationFile }) => ({
      message: `A patch in \`${kustomizationFile}\` has both \`path\` and \`patch\`. Keep one of them.`,
      file: kustomizationFile,
    }),
  ],
  [
    /must specify one of patch and path/,
    (_, { kustomizationFile }) => ({
      message: `A patch in \`${kustomizationFile}\` has neither \`path\` nor \`patch\`. Add one of them.`,
      file: kustomizationFile,
    }),
  ],
  [
    /must specify a target for (?:JSON )?patch/,
    (_, { kustomizationFile }) => ({
      message: `A patch in \`${kustomizationFile}\` is a list of operations and has no \`target\`. Add one.`,
      file: kustomizationFile,
    }),
  ],
  [
    /builtin PatchJson6902Transformer with config: .*: (?:decoding|json:|yaml:|error converting)/s,
    (_, { kustomizationFile }) => ({
      message: `A patch of \`patchesJson6902\` in \`${kustomizationFile}\` is no list of operations.`,
      file: kustomizationFile,
    }),
  ],
  [
    /builtin PatchStrategicMergeTransformer with config: .*(?:open |failure on ')[^']*(?:[\n{]|: \S).*no such file or directory/s,
    (_, { kustomizationFile }) => ({
      message: `An entry of \`patchesStrategicMerge\` in \`${kustomizationFile}\` is neither a file nor a patch. Give it apiVersion, kind and metadata.name.`,
      file: kustomizationFile,
    }),
  ],
  [
    /illegally repeats the key `([^`]+)`/,
    ([, key], { kustomizationFile }) => ({
      message: `A generator in \`${kustomizationFile}\` has the key \`${key}\` twice. Remove one of them.`,
      file: kustomizationFile,
    }),
  ],
  [
    /\b(?:add|remove|replace|move|copy|test) operation does not apply: doc is missing (?:path|key): "?([^":]+)|Unable to remove nonexistent key: ([^:]+): missing value|testing (?:value|path) (\S+) failed/,
    ([, place, key, tested], { kustomizationFile }) => ({
      message:
        tested === undefined
          ? `A patch in \`${kustomizationFile}\` does not apply, as there is no \`${place ?? key}\`.`
          : `A patch in \`${kustomizationFile}\` does not apply, as its test of \`${tested}\` fails.`,
      file: kustomizationFile,
    }),
  ],
  [
    /invalid literal source /,
    (_, { kustomizationFile }) => ({
      message: `A literal in \`${kustomizationFile}\` is not written as key=value.`,
      file: kustomizationFile,
    }),
  ],
  [
    /env source files: .* has invalid utf8 bytes/s,
    (_, { kustomizationFile }) => ({
      message: `An env file that \`${kustomizationFile}\` reads is not UTF-8 text.`,
      file: kustomizationFile,
    }),
  ],
  [
    /options\.index (\d+) is out of bounds for value/,
    ([, index], { kustomizationFile }) => ({
      message: `A replacement in \`${kustomizationFile}\` takes part ${index} of a value that has fewer parts.`,
      file: kustomizationFile,
    }),
  ],
];

function patchIn(path: string | undefined, kustomizationFile: string): string {
  return path === undefined ? `A patch in \`${kustomizationFile}\`` : `\`${path}\`, a patch of \`${kustomizationFile}\`,`;
}

/** Kind and name of the first object of a list, as Go prints objects: their JSON. */
function firstObject(objects: string): string {
  for (let end = objects.indexOf('}'); end >= 0; end = objects.indexOf('}', end + 1)) {
    try {
      const { kind, metadata } = JSON.parse(objects.slice(0, end + 1)) as { kind?: unknown; metadata?: { name?: unknown } };
      return `${String(kind)} ${String(metadata?.name)}`;
    } catch {
      // Not the end of the object yet.
    }
  }
  return 'an object';
}
