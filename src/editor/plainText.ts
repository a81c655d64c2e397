/**
 * Names come from files that anybody may have written. VS Code gives meaning to text in four kinds of place; these functions take
 * it away again, so that a name is shown as it is written and nothing else happens.
 */

/** For a MarkdownString: every character that could be markup, HTML, a link or an icon becomes a character reference. */
export function forMarkdown(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}

/** For labels that draw `$(name)` as an icon: quick picks and the status bar. */
export function forLabel(text: string): string {
  return text.replaceAll('$(', '\\$(');
}

/** For notifications, which turn `[text](address)` into a link that may run a command. */
export function forMessage(text: string): string {
  return text.replaceAll('](', ']\u200B(');
}

/** For one segment of a URI's path, which tabs show: a slash would end what they show, so it becomes a division slash. */
export function forTab(text: string): string {
  return text.replaceAll('/', '\u2215');
}
