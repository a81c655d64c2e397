/** The cluster server as a program: it follows the clusters to which somebody has connected, and contacts none before. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server.ts';

serve(createConnection(ProposedFeatures.all));
