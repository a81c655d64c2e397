/** Title and body of a pull request (product.md, "Texts"). Everything that comes from files is escaped. */
import type { TemplateValues } from '../git/branchName.ts';
import { fillTemplate } from '../git/branchName.ts';
import { summaryParagraph } from './proposalSummary.ts';
import { codeBlock, codeCell, codeSpan, plainSentence } from '../text/gitHubMarkdown.ts';

/** One image that a proposal changes in one environment. */
export interface ProposedImage {
  readonly application: string;
  readonly environment: string;
  /** Name without tag and digest. */
  readonly image: string;
  /** Tag, `tag@digest` or digest before; '' for none. */
  readonly from: string;
  readonly to: string;
}

export interface PullRequestContent {
  readonly images: readonly ProposedImage[];
  /** `namespace/name` of the Flux Kustomizations that will apply it. */
  readonly fluxKustomizations: readonly string[];
  /** One sentence each: what the diagnostics and the plan warn of. */
  readonly problems: readonly string[];
  /** Web addresses of the application's repository that compare the two tags. */
  readonly compareLinks: readonly string[];
  /** Unified diff of the rendered manifests, '' where there is none. Secrets are masked by who renders. */
  readonly renderedDiff: string;
  /** What a language model wrote about it, as it wrote it; '' where none was asked or none answered. */
  readonly summary: string;
}

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

export const DEFAULT_TITLE_TEMPLATE = 'chore({environment}): bump {application} to {tag}';
export const DEFAULT_BODY_TEMPLATE = '{summary}\n\n{changes}\n\n{compare}\n\n{flux}\n\n{problems}\n\n{diff}';

/** GitHub refuses longer bodies (65,536) and titles (256). */
const MOST_TAKEN = 65_536;
const LONGEST_BODY = 65_000;
const LONGEST_TITLE = 250;
const MOST_ROWS = 100;
const MARK = 'gitops-cockpit';
const END = `<!-- /${MARK} -->`;
const SECTION = new RegExp(`<!-- ${MARK}: (\\S*) -->[^]*?${END}`);

/** The parts of the template stand between two comments, so that what people add around them stays when the text is made again. */
export function pullRequestText(
  content: PullRequestContent,
  values: TemplateValues,
  templates: { readonly title?: string; readonly body?: string } = {},
): PullRequestText {
  const title = titleOf(templates.title ?? '', values) || titleOf(DEFAULT_TITLE_TEMPLATE, values);
  const template = templates.body === undefined || templates.body.trim() === '' ? DEFAULT_BODY_TEMPLATE : templates.body;
  // One pass over the template, so that no name from a file is taken for a part.
  const parts: Record<string, string> = {
    application: codeSpan(values.application),
    environment: codeSpan(values.environment),
    tag: codeSpan(values.tag),
    summary: summaryParagraph(content.summary),
    changes: changesTable(content.images),
    compare: compareLine(content.compareLinks),
    flux: fluxLine(content.fluxKustomizations),
    problems: problemList(content.problems),
    diff: '',
  };
  const fill = () =>
    withoutMarks(
      template.replace(/\{(\w+)\}/g, (braces, key: string) => (Object.hasOwn(parts, key) ? (parts[key] ?? '') : braces)),
    )
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  const frame = (body: string) => `<!-- ${MARK}: ${encoded(title)} -->\n${body}\n${END}`;
  const room = LONGEST_BODY - frame(fill()).length;
  parts['diff'] = foldedDiff(withoutMarks(content.renderedDiff), room);
  return { title, body: frame(cutTo(LONGEST_BODY - frame('').length, fill())) };
}

/** Whether the body of a pull request has a section of ours. */
export function isProposal(body: string): boolean {
  return SECTION.test(body);
}

/**
 * The text for a pull request that exists: our section anew, what people wrote around it kept; a title that they changed stays theirs. Where both are too
 * long together, ours gives way.
 */
export function updatedText(existing: PullRequestText, next: PullRequestText): PullRequestText {
  const [section, generated] = SECTION.exec(existing.body) ?? [];
  if (section === undefined) {
    const before = existing.body.trimEnd();
    return { title: existing.title, body: `${before}\n\n${fitted(next.body, MOST_TAKEN - before.length - 2)}`.trim() };
  }
  const isOurTitle = generated === encoded(existing.title);
  const ours = fitted(next.body, MOST_TAKEN - existing.body.length + section.length);
  // A function, because the text may contain $ patterns.
  return { title: isOurTitle ? next.title : existing.title, body: existing.body.replace(SECTION, () => ours) };
}

/** A section of ours in less room: without its diff, else cut. */
function fitted(section: string, room: number): string {
  if (section.length <= room) return section;
  const short = section.replace(/<details>[^]*<\/details>/, 'The rendered manifests are too long for this pull request.');
  if (short.length <= room) return short;
  const start = short.indexOf('\n') + 1;
  const inside = short.slice(start, short.length - END.length);
  return `${short.slice(0, start)}${cutTo(room - start - END.length - 1, inside)}\n${END}`;
}

function cutTo(room: number, text: string): string {
  const note = '\n\n(cut)';
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - note.length))}${note}`;
}

/** Text from files must not end our section, nor begin one. */
function withoutMarks(text: string): string {
  return text.replace(new RegExp(`<!--(?=\\s*/?${MARK})`, 'g'), '<!\u200b--');
}

function titleOf(template: string, values: TemplateValues): string {
  const text = fillTemplate(template, values).replace(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g, ' ');
  return text
    .trim()
    .slice(0, LONGEST_TITLE)
    .replace(/[\ud800-\udbff]$/, '');
}

function changesTable(images: readonly ProposedImage[]): string {
  if (images.length === 0) return '';
  const rows = images.slice(0, MOST_ROWS).map(({ application, environment, image, from, to }) => {
    const cells = [application, environment, image, from || '(none)', to].map(codeCell);
    return `| ${cells.join(' | ')} |`;
  });
  const more = images.length > MOST_ROWS ? `\n\nand ${String(images.length - MOST_ROWS)} more` : '';
  return `| Application | Environment | Image | From | To |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}${more}`;
}

function compareLine(links: readonly string[]): string {
  const safe = links.filter((link) => /^https:\/\/[\w.-]+(?::\d+)?\/[\w.~/%+-]+$/.test(link));
  return safe.length === 0 ? '' : `What is new: ${safe.map((link) => `<${link}>`).join(', ')}`;
}

function fluxLine(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `Applied by the Flux ${names.length === 1 ? 'Kustomization' : 'Kustomizations'} ${names.map(codeSpan).join(', ')}.`;
}

function problemList(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  return `**To know before merging**\n\n${problems
    .slice(0, MOST_ROWS)
    .map((problem) => `- ${plainSentence(problem)}`)
    .join('\n')}`;
}

/** Cut at the end of a line, and says so. */
function foldedDiff(diff: string, room: number): string {
  if (diff === '') return '';
  const wrap = (text: string, note: string) =>
    `<details><summary>Rendered manifests${note}</summary>\n\n${codeBlock(text, 'diff')}\n\n</details>`;
  const whole = wrap(diff, '');
  if (whole.length <= room) return whole;
  const note = ' (cut: the whole diff is too long for a pull request)';
  const cut = diff.slice(0, Math.max(0, room - wrap('', note).length - 100));
  const end = cut.lastIndexOf('\n');
  return end <= 0 ? '' : wrap(cut.slice(0, end + 1), note);
}

/** The title in a comment, where two hyphens would end it. */
function encoded(title: string): string {
  return encodeURIComponent(title).replaceAll('-', '%2D');
}
