/** The command line: the same model and the same edits as in the editor, for CI and hooks. */
import packageJson from '../package.json' with { type: 'json' };
import type { Command, ExitCode } from './cli/command.ts';
import { note, print, table } from './cli/command.ts';
import { deferTurbofan } from './clients/compilers.ts';
import { OutsideError } from './clients/errors.ts';
import { InputError } from './workflows/openRepository.ts';

/** Verbs are loaded when they are called: most do not need the engine or the server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./cli/check.ts')).check,
  images: async () => (await import('./cli/images.ts')).images,
  preview: async () => (await import('./cli/preview.ts')).preview,
  bump: async () => (await import('./cli/bump.ts')).bump,
  promote: async () => (await import('./cli/promote.ts')).promote,
  rollback: async () => (await import('./cli/rollback.ts')).rollback,
  history: async () => (await import('./cli/history.ts')).history,
  compare: async () => (await import('./cli/compare.ts')).compare,
  propose: async () => (await import('./cli/propose.ts')).propose,
  tags: async () => (await import('./cli/tags.ts')).tags,
  diff: async () => (await import('./cli/diff.ts')).diff,
  flux: async () => (await import('./cli/flux.ts')).flux,
  lsp: async () => (await import('./cli/lsp.ts')).lsp,
};

deferTurbofan();
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has seen enough, as in `gitops-cockpit images . | head`.
  if (error.code === 'EPIPE') process.exit();
  note(`The output cannot be written: ${error.message}.`);
  process.exit(2);
});
void main();

async function main(): Promise<void> {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    note(sentenceOf(error));
    process.exitCode = 2;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof InputError || error instanceof OutsideError) return error.message;
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return 'The current folder no longer exists. Change to one that does.';
  return `Something went wrong: ${message}`;
}

async function run([verb = '', ...args]: readonly string[]): Promise<ExitCode> {
  if (verb === '--help' || verb === '-h' || verb === 'help') {
    await printHelp();
    return 0;
  }
  if (verb === '--version') {
    print(packageJson.version);
    return 0;
  }
  const load = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (load === undefined)
    throw new InputError(verb === '' ? 'A verb is missing. See --help.' : `${verb} is no verb. See --help.`);
  const command = await load();
  if (!args.includes('--help') && !args.includes('-h')) return await command.run(args);
  print(
    `gitops-cockpit ${verb} ${command.usage}\n\n${capital(command.summary)}.\n\n${command.details.map((line) => `  ${line}\n`).join('')}`,
  );
  return 0;
}

async function printHelp(): Promise<void> {
  const rows: string[][] = [];
  for (const [verb, load] of Object.entries(commands)) {
    const { usage, summary } = await load();
    rows.push([`  gitops-cockpit ${verb} ${usage}`], [`      ${summary}`]);
  }
  print(`Images, tags and rendered manifests of a GitOps repository (Kustomize and Flux).\n\n${table(rows)}`);
  print(
    '\nExit codes: 0 done; 1 a problem or a difference was found, or the change or preview was refused; 2 the call or its input is wrong.',
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
