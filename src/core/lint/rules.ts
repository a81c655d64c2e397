/** All rules, in the order of image-semantics.md C. */
import type { Rule } from './rule.ts';
import { buildFailure } from './rules/buildFailure.ts';
import { duplicateImageEntry } from './rules/duplicateImageEntry.ts';
import { duplicateYamlKey } from './rules/duplicateYamlKey.ts';
import { emptyNewTag } from './rules/emptyNewTag.ts';
import { envNotDeployed } from './rules/envNotDeployed.ts';
import { envOrderViolation } from './rules/envOrderViolation.ts';
import { extraDocumentIgnored } from './rules/extraDocumentIgnored.ts';
import { fluxCrInKustomizationFile } from './rules/fluxCrInKustomizationFile.ts';
import { fluxPathNotFound } from './rules/fluxPathNotFound.ts';
import { foreignComponentTag } from './rules/foreignComponentTag.ts';
import { imageEntryBlocked } from './rules/imageEntryBlocked.ts';
import { imageEntryOverridden } from './rules/imageEntryOverridden.ts';
import { imageEntryShadowedByRename } from './rules/imageEntryShadowedByRename.ts';
import { imageEntryUnmatched } from './rules/imageEntryUnmatched.ts';
import { imageNameNotTextuallyEqual } from './rules/imageNameNotTextuallyEqual.ts';
import { imageNameRegexp } from './rules/imageNameRegexp.ts';
import { invalidImageReference } from './rules/invalidImageReference.ts';
import { invalidSettings } from './rules/invalidSettings.ts';
import { multipleKustomizationFiles } from './rules/multipleKustomizationFiles.ts';
import { mutableTag } from './rules/mutableTag.ts';
import { newTagAndDigest } from './rules/newTagAndDigest.ts';
import { nonKubernetesYamlInFluxPath } from './rules/nonKubernetesYamlInFluxPath.ts';
import { patchTargetUnmatched } from './rules/patchTargetUnmatched.ts';
import { remoteRefTagMismatch } from './rules/remoteRefTagMismatch.ts';
import { reusableWorkflowNotFound } from './rules/reusableWorkflowNotFound.ts';
import { setterMalformed } from './rules/setterMalformed.ts';
import { setterNotEffective } from './rules/setterNotEffective.ts';
import { setterPolicyMissing } from './rules/setterPolicyMissing.ts';
import { setterPolicyNamespace } from './rules/setterPolicyNamespace.ts';
import { setterUnreachable } from './rules/setterUnreachable.ts';
import { setterWrongField } from './rules/setterWrongField.ts';
import { tagNotInRegistry } from './rules/tagNotInRegistry.ts';
import { tagNotOverridden } from './rules/tagNotOverridden.ts';
import { tagNotString } from './rules/tagNotString.ts';
import { tagSuffixDoubled } from './rules/tagSuffixDoubled.ts';
import { undefinedFluxVariable } from './rules/undefinedFluxVariable.ts';
import { unknownImageField } from './rules/unknownImageField.ts';
import { workflowOutputMismatch } from './rules/workflowOutputMismatch.ts';
import { workflowOutputNotATag } from './rules/workflowOutputNotATag.ts';
import { wrongRepositoryOwner } from './rules/wrongRepositoryOwner.ts';

export const rules: readonly Rule[] = [
  emptyNewTag,
  imageEntryUnmatched,
  imageEntryShadowedByRename,
  imageNameNotTextuallyEqual,
  wrongRepositoryOwner,
  imageEntryBlocked,
  imageEntryOverridden,
  duplicateImageEntry,
  duplicateYamlKey,
  extraDocumentIgnored,
  multipleKustomizationFiles,
  unknownImageField,
  newTagAndDigest,
  tagNotString,
  foreignComponentTag,
  envOrderViolation,
  mutableTag,
  tagNotOverridden,
  invalidImageReference,
  tagSuffixDoubled,
  imageNameRegexp,
  patchTargetUnmatched,
  remoteRefTagMismatch,
  tagNotInRegistry,
  fluxPathNotFound,
  fluxCrInKustomizationFile,
  nonKubernetesYamlInFluxPath,
  envNotDeployed,
  undefinedFluxVariable,
  setterPolicyMissing,
  setterPolicyNamespace,
  setterMalformed,
  setterWrongField,
  setterUnreachable,
  setterNotEffective,
  workflowOutputMismatch,
  workflowOutputNotATag,
  reusableWorkflowNotFound,
  buildFailure,
  invalidSettings,
];
