import type { ChangePreview } from '../protocol.ts';

/** Rendered text below the sentence that says why it is not the newest, or why there is none. `what`: what the text is then. */
export function withBanner(
  text: string,
  failure: string | undefined,
  what = 'What follows is the last result before that.',
): string {
  if (failure === undefined) return text;
  const banner = `# ${failure.replaceAll(/\s*\n\s*/g, '\n# ')}\n`;
  return text === '' ? banner : `${banner}# ${what}\n${text}`;
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
