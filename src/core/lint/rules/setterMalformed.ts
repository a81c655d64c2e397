/** 32 `setter-malformed`: image automation takes the whole comment for JSON, and passes over what is none (kyaml fieldmeta). */
import { setterMarkers } from '../automation.ts';
import { editFix } from '../fix.ts';
import type { Rule } from '../rule.ts';

export const setterMalformed: Rule = {
  code: 'setter-malformed',
  severity: 'warning',
  summary: 'A marker of image automation that Flux cannot read.',
  *check({ repository }) {
    for (const { file, start, end, policy, block } of setterMarkers(repository)) {
      if (policy !== undefined || block !== undefined) continue;
      const text = repository.file(file)?.text.slice(start, end) ?? '';
      const [marker] = /\{\s*"\$imagepolicy"\s*:\s*"[^"]*"\s*\}/.exec(text) ?? [];
      const isAlone =
        marker === undefined ||
        text
          .replace(marker, () => '')
          .replace('#', '')
          .trim() === '';
      yield {
        message: isAlone
          ? 'Image automation cannot read this marker: it looks like {"$imagepolicy": "namespace:name"}, with :tag, :name or :digest behind the name where only that is written.'
          : 'Image automation reads the whole comment as JSON, and words beside the marker make it none: nothing writes this line.',
        place: { file, start, end },
        fixes:
          isAlone || marker === undefined
            ? []
            : [editFix('replace-marker', 'Keep only the marker', [{ type: 'replace', file, start, end, text: `# ${marker}` }])],
      };
    }
  },
};
