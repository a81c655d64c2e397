/** The language server as a program: `--stdio`, `--node-ipc`, `--socket=PORT` or `--pipe=NAME`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { deferTurbofan } from '../clients/compilers.ts';
import { serve } from './server.ts';

deferTurbofan();
serve(createConnection(ProposedFeatures.all));
