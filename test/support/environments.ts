/** Small repositories with environments, as texts. */
import { Inventory } from '../../src/core/inventory/inventory.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../src/core/repository/placement.ts';

export const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const OTHER_DIGEST = `sha256:${'cd'.repeat(32)}`;

export interface Snapshot {
  readonly repository: GitOpsRepository;
  readonly inventory: Inventory;
}

export function snapshotOf(files: Readonly<Record<string, string>>): Snapshot {
  const repository = createRepository(new Map(Object.entries(files)));
  return { repository, inventory: inventoryOf(repository) };
}

export function inventoryOf(repository: GitOpsRepository): Inventory {
  return new Inventory(repository.roots, place(repository.roots));
}

export function kustomization(...lines: readonly string[]): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** A Deployment with one container for each image, the first one named like it. */
export function deployment(name: string, ...images: readonly string[]): string {
  const containers = images.map(
    (image, index) => `      - name: ${index === 0 ? name : `${name}-${String(index)}`}\n        image: ${image}\n`,
  );
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      containers:\n${containers.join('')}`;
}

export function fluxKustomization(name: string, path: string, ...lines: readonly string[]): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  path: ${path}\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** One application that every environment has in its own overlay: `apps/<application>/<environment>`, with the lines of its images entry. */
export function application(
  name: string,
  base: string,
  overlays: Readonly<Record<string, readonly string[]>>,
): Record<string, string> {
  const files: Record<string, string> = {
    [`apps/${name}/base/kustomization.yaml`]: kustomization('resources:', '- deployment.yaml'),
    [`apps/${name}/base/deployment.yaml`]: deployment(name, base),
  };
  for (const [environment, lines] of Object.entries(overlays))
    files[`apps/${name}/${environment}/kustomization.yaml`] = kustomization('resources:', '- ../base', ...lines);
  return files;
}

/** Lines of an `images:` list with one entry. */
export function entry(name: string, ...fields: readonly string[]): readonly string[] {
  return ['images:', `- name: ${name}`, ...fields.map((field) => `  ${field}`)];
}

export function imagePolicy(name: string, image: string, ...policy: readonly string[]): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  image: ${image}\n---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  imageRepositoryRef:\n    name: ${name}\n${policy.map((line) => `  ${line}\n`).join('')}`;
}

export function imageUpdateAutomation(name: string, path: string, ...lines: readonly string[]): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  interval: 30m # often enough\n${lines.map((line) => `  ${line}\n`).join('')}  update:\n    path: ${path}\n    strategy: Setters\n`;
}
