/** Markdown for tooltips and hovers. Names come from files that anybody may have written: all of them go through `escapeMarkdown`. */

/** Every character that could be markup, HTML, a link or an icon becomes a character reference: the text is shown as it is written. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}

/** A link to an address, with text that is shown as it is written. */
export function link(text: string, address: string): string {
  // These would end the link, and are the same escaped.
  const closed = address.replaceAll(/[()<> ]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return `[${escapeMarkdown(text)}](${closed})`;
}

/** A link that runs a command with one argument, where whoever shows it trusts that command. */
export function commandLink(text: string, command: string, argument: unknown): string {
  return link(text, `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`);
}

/** A table of two columns, a word and what it says, without a header: VS Code draws the empty header row without height. */
export function table(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(([word = '', ...parts]) => `| ${word} | ${parts.filter((part) => part !== '').join(' &nbsp; ')} |`);
  return ['| | |', '|:--|:--|', ...lines].join('\n');
}
