/**
 * The text of a workflow as GitHub's own parser reads it: which scalars are expressions, and whether the file is a workflow at all. Only the parts of
 * `@actions/workflow-parser` that this needs are imported; its index would bring a library for cron expressions.
 */
import { JSONObjectReader } from '@actions/workflow-parser/templates/json-object-reader';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema';
import { TemplateContext, TemplateValidationErrors } from '@actions/workflow-parser/templates/template-context';
import { readTemplate } from '@actions/workflow-parser/templates/template-reader';
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer';
import { WORKFLOW_ROOT } from '@actions/workflow-parser/workflows/workflow-constants';
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader';
// The package exports its schema only through a module that Node cannot load from source, for it lacks the import attribute.
import schemaJson from '../../../node_modules/@actions/workflow-parser/dist/workflow-v1.0.min.json' with { type: 'json' };

/** No workflow is that long, and the parser is not made for it: for each alias it walks through the whole text. */
const MAX_LENGTH = 500_000;
const MAX_WALKED = 5_000_000;

let loaded: TemplateSchema | undefined;

/** The workflow as GitHub's parser reads it; undefined where GitHub would refuse the file. Never throws. */
export function readWorkflowTemplate(path: string, text: string): TemplateToken | undefined {
  const aliases = text.match(/(?:^|[\s,[{])\*\w/g)?.length ?? 0;
  if (text.length > MAX_LENGTH || aliases * text.length > MAX_WALKED) return undefined;
  try {
    loaded ??= TemplateSchema.load(new JSONObjectReader(undefined, JSON.stringify(schemaJson)));
    const context = new TemplateContext(new TemplateValidationErrors(), loaded, new NoOperationTraceWriter());
    const file = context.getFileId(path);
    const reader = new YamlObjectReader(file, text);
    if (reader.errors.length > 0) return undefined;
    const template = readTemplate(context, WORKFLOW_ROOT, reader, file);
    return context.errors.count > 0 ? undefined : template;
  } catch {
    return undefined;
  }
}
