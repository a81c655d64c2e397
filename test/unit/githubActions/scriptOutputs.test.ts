import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outputsOfScript } from '../../../src/core/githubActions/scriptOutputs.ts';

describe('The outputs of a script', () => {
  const known: readonly (readonly [title: string, script: string, ...names: string[]])[] = [
    ['are what echo appends to the file', 'echo "TAG=${GITHUB_REF#refs/tags/}" >> $GITHUB_OUTPUT', 'TAG'],
    ['are written with or without quotes and braces', 'echo a=1 >> "$GITHUB_OUTPUT"; echo "b=2" >>"${GITHUB_OUTPUT}"', 'a', 'b'],
    ['can be written by printf', 'printf "tag=%s\\nsha=%s\\n" "$TAG" "$SHA" >> $GITHUB_OUTPUT', 'tag', 'sha'],
    ['can be named in the values of printf', 'printf "%s=%s\\n" tag "$TAG" >> $GITHUB_OUTPUT', 'tag'],
    ['can go through tee', 'echo "tag=$TAG" | tee -a "$GITHUB_OUTPUT"', 'tag'],
    ['can be written by a group of commands', '{\n  echo "a=$(git rev-parse HEAD)"\n  echo b=2\n} >> $GITHUB_OUTPUT', 'a', 'b'],
    ['can be written by a subshell', '( echo a=1; echo b=2 ) >> $GITHUB_OUTPUT', 'a', 'b'],
    ['can be written by a whole loop', 'for x in 1 2; do echo "a=$x"; done >> $GITHUB_OUTPUT', 'a'],
    ['can be written by a here-document', 'cat >> $GITHUB_OUTPUT <<EOF\na=1\nb=$(date)\nEOF', 'a', 'b'],
    [
      'can have several lines',
      'echo "log<<EOF" >> $GITHUB_OUTPUT\ngit log >> $GITHUB_OUTPUT\necho EOF >> $GITHUB_OUTPUT\necho a=1 >> $GITHUB_OUTPUT',
      'log',
      'a',
    ],
    [
      'can have several lines between delimiters that are made up',
      'EOF=$(openssl rand -hex 8)\n{ echo "json<<$EOF"; curl "$URL"; echo "${EOF}"; } >> $GITHUB_OUTPUT',
      'json',
    ],
    [
      'are those of all branches',
      'if [ -n "$A" ]; then echo a=1 >> $GITHUB_OUTPUT; elif true; then echo b=1 >> $GITHUB_OUTPUT; else\n  echo c=1 >> $GITHUB_OUTPUT\nfi',
      'a',
      'b',
      'c',
    ],
    [
      'are those of all cases',
      'case "$A" in\n  main|master)\n    echo a=1 >> $GITHUB_OUTPUT\n    ;;\n  *) echo b=1 >> $GITHUB_OUTPUT ;;\nesac',
      'a',
      'b',
    ],
    [
      'are those behind a test with parentheses',
      'if [[ "$REF" =~ ^refs/(tags|heads)/(.*)$ && -n $X ]]; then echo "a=${BASH_REMATCH[2]}" >> $GITHUB_OUTPUT; fi',
      'a',
    ],
    ['are those of functions that write them with their names', 'say() {\n  echo "a=$1" >> $GITHUB_OUTPUT\n}\nsay 1', 'a'],
    ['may hold values that GitHub puts in', 'echo "a=${{ github.sha || \'}}\' }}" >> $GITHUB_OUTPUT # ${{ github.ref }}', 'a'],
    [
      'may come from substitutions in substitutions',
      'echo "a=$(basename "$(git rev-parse --show-toplevel)" | tr a-z A-Z)" >> $GITHUB_OUTPUT',
      'a',
    ],
    [
      'may stand behind lists, arithmetic and continued lines',
      'names=(a "b c" $(ls))\nn=$((1 + 2))\n(( n > 2 )) && \\\n  echo "a=$n" \\\n  >> $GITHUB_OUTPUT || exit 1',
      'a',
    ],
    ['may be set by the old command', 'echo "::set-output name=a::$(date)"', 'a'],
    ['are none where it writes to the environment', 'echo "a=1" >> $GITHUB_ENV\nexport B=2'],
    ['are none where it does nothing', '# nothing\n'],
  ];
  for (const [title, script, ...names] of known) it(title, () => deepEqual(outputsOfScript(script), names));
});

describe('The outputs of a script are not known', () => {
  const unknown: readonly (readonly [title: string, script: string])[] = [
    ['where it runs a program', './build.sh\necho a=1 >> $GITHUB_OUTPUT'],
    ['where it runs a program in a substitution', 'echo "a=$(make version)" >> $GITHUB_OUTPUT'],
    ['where it runs a program in a here-document', 'cat >> $GITHUB_OUTPUT <<EOF\na=$(./version.sh)\nEOF'],
    ['where it runs a program that others name', 'find . -name "*.sh" -exec {} ;'],
    ['where it runs a container', 'docker run --rm acme/tool'],
    ['where it reads another script', '. ./env.sh'],
    ['where it runs text as a script', 'eval "$COMMAND"'],
    ['where a program is a variable', '$TOOL version'],
    ['where a program comes from GitHub', '${{ inputs.command }}'],
    ['where names are variables', 'for n in a b; do echo "$n=1" >> $GITHUB_OUTPUT; done'],
    ['where names come from GitHub', 'echo "${{ matrix.name }}=1" >> $GITHUB_OUTPUT'],
    ['where a function takes the name', 'out() { echo "$1=$2" >> $GITHUB_OUTPUT; }\nout a 1'],
    ['where it copies a file', 'cat result.env >> $GITHUB_OUTPUT'],
    ['where it copies what a program prints', 'git config --list | tee -a $GITHUB_OUTPUT'],
    ['where it changes what it prints', 'echo "a=1" | sed s/a/b/ >> $GITHUB_OUTPUT'],
    ['where the file has another name', 'out=$GITHUB_OUTPUT\necho a=1 >> $out'],
    ['where the file is handed on', 'sed -i s/a/b/ "$GITHUB_OUTPUT"'],
    ['where the file is named as in PowerShell', 'echo "a=1" >> $env:GITHUB_OUTPUT'],
    ['where several lines have no end', 'echo "a<<EOF" >> $GITHUB_OUTPUT'],
    ['where the old command has a name that is a variable', 'echo "::set-output name=$N::1"'],
    ['where a quote is not closed', 'echo "a=1 >> $GITHUB_OUTPUT'],
    ['where a group is not closed', '{ echo a=1 >> $GITHUB_OUTPUT'],
    ['where a here-document is not closed', 'cat <<EOF >> $GITHUB_OUTPUT\na=1'],
    ['where groups are nested too deep', '{ '.repeat(200) + 'true' + '; }'.repeat(200)],
    ['where substitutions are nested too deep', 'echo ' + '$('.repeat(20_000) + 'true' + ')'.repeat(20_000)],
    ['where it is too long', `echo ${'x'.repeat(200_000)}`],
  ];
  for (const [title, script] of unknown) it(title, () => deepEqual(outputsOfScript(script), undefined));
});
