import { MarkdownString, type Hover } from 'vscode';
import { commands } from '../manifest.ts';
import type { ClientCommands } from '../protocol.ts';

/** The commands that the server's hovers and lenses link to. */
export const clientCommands: ClientCommands = {
  bumpImage: commands.bumpImage,
  previewManifests: commands.previewManifests,
  copyImageReference: commands.copyImageReference,
  revealImage: commands.revealImage,
};

const linked = Object.values(clientCommands).filter((command) => command !== undefined);

/** Lets the links of a hover of our server run these commands, and no others. */
export function withCommands(hover: Hover | null | undefined): Hover | null | undefined {
  for (const content of hover?.contents ?? [])
    if (content instanceof MarkdownString) content.isTrusted = { enabledCommands: linked };
  return hover;
}
