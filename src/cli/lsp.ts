/** `lsp`: the language server, for any editor. */
import { serveOverStdio } from '../server/server.ts';
import { InputError } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';

export const lsp: Command = {
  usage: '--stdio',
  summary: 'serves the language server protocol to any editor',
  details: ['--stdio   speaks over standard input and output'],
  async run(args) {
    if (!args.includes('--stdio')) throw new InputError('--stdio is missing. See --help.');
    // The connection ends the process when the client says so.
    await new Promise<never>(() => serveOverStdio());
    return 0;
  },
};
