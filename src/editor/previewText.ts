import type { ChangePreview } from '../protocol.ts';

/** Rendered text below the sentence that says why it is not the newest, or why there is none. `what`: what the text is then. */
export function withBanner(
  text: string,
  failure: string | undefined,
  what = 'What follows is the last result before that.',
): string {
  if (failure === undefined) return text;
  const banner = comment(failure);
  return text === '' ? banner : `${banner}${comment(what)}${text}`;
}

/** So that a sentence can be read in an editor beside another one. */
const longestLine = 80;

/** A comment of as many lines as its words need. */
function comment(text: string): string {
  const lines = text.split(/\s*\n\s*/).flatMap((paragraph) => {
    const wrapped: string[] = [];
    for (const word of paragraph.split(/\s+/)) {
      const last = wrapped.at(-1);
      if (last !== undefined && last.length + word.length < longestLine) wrapped[wrapped.length - 1] = `${last} ${word}`;
      else wrapped.push(word);
    }
    return wrapped;
  });
  return lines.map((line) => `# ${line}\n`).join('');
}

/** Rendered text below the list of images that change. Both sides of a comparison get the same list, so that it is no difference. */
export function withSummary(text: string, images: ChangePreview['images']): string {
  if (images.length === 0) return text;
  const lines = images.map(({ workload, container, from, to }) => {
    const where = container === '' ? workload : `${workload}, ${container}`;
    return `#   ${where}: ${from === '' ? 'none' : from} > ${to === '' ? 'none' : to}\n`;
  });
  return `# Images that change:\n${lines.join('')}${text}`;
}
