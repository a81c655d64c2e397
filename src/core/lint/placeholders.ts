/** Texts that stand for an image until something else is put in their place, so that they never run. */

/** Variables and templates: `$TAG`, `${TAG}`, `$(TAG)`, `{{ .tag }}`, `<tag>`. */
const TEMPLATE = /\$[{(A-Za-z_]|\{\{|<[^>]*>/;
/** Go code that ko builds (https://ko.build). */
const KO = /^ko:\/\//;
/** `PROJECT_ID`, and single words that name a part of an image: owners have names in capital letters too, by mistake. */
const SPELLED =
  /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|IMAGE|TAG|REGISTRY|VERSION|REPO|REPOSITORY|PROJECT|NAME|COMMIT|SHA|PLACEHOLDER|CHANGEME|REPLACEME|TODO|ACCOUNT|REGION)$/;

/** Whether a reference is a placeholder, or has one as a part. */
export function isPlaceholder(reference: string): boolean {
  return TEMPLATE.test(reference) || KO.test(reference) || reference.split(/[/:@.]/).some((part) => SPELLED.test(part));
}
