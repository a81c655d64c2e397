/** Text from files in the markdown of GitHub, so that it is shown as it is and does nothing. */

/** A code span: no markup, mention or link works in it. Line breaks and control characters become spaces. */
export function codeSpan(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  if (plain === '') return '';
  const fence = '`'.repeat(longestRun(plain) + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** As `codeSpan`, inside of a table, where a bar would end the cell. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

/** A block of code that its content cannot end. */
export function codeBlock(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}

/** A sentence with text from files in it, on one line, without markup, mentions, HTML or links. */
export function plainSentence(text: string): string {
  return (
    text
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
      .trim()
      .replace(/[\\`*_{}[\]<>()#|~!&]/g, (char) => `\\${char}`)
      .replace(/@(?=[\w-])/g, '@\u200b')
      // GitHub looks for numbers of issues where markdown is done already: `fixes #1` would close one.
      .replace(/#(?=\d)/g, '#\u200b')
      .replace(/\bGH-(?=\d)/gi, (match) => `${match}\u200b`)
      .replace(/:\/\//g, ':\u200b//')
      .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\u200b.`)
  );
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
