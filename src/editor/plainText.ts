/**
 * Names come from files that anybody may have written. VS Code gives meaning to text in several kinds of place; these functions take
 * it away again, so that a name is shown as it is written and nothing else happens. For markdown there is core/text/markdown.
 */

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
