/** `invalid-settings`: what the shared settings file says and cannot mean. */
import { parseSettings, SETTINGS_FILE } from '../../repository/settings.ts';
import type { Rule } from '../rule.ts';

export const invalidSettings: Rule = {
  code: 'invalid-settings',
  severity: 'warning',
  summary: 'The shared settings file has something that is not understood.',
  *check({ repository }) {
    const text = repository.file(SETTINGS_FILE)?.text;
    if (text === undefined) return;
    for (const { message, offset } of parseSettings(text).problems) {
      const end = offset + (/[\r\n]|$/.exec(text.slice(offset))?.index ?? 0);
      // Whoever has a YAML language server from us has the schema of the settings as well.
      yield { message, place: { file: SETTINGS_FILE, start: offset, end }, alsoToldBy: 'yaml' };
    }
  },
};
