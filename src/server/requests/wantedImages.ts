/** What has to run, for a comparison with what runs. */
import { KUSTOMIZE_GROUP } from '../../core/flux/kinds.ts';
import type { WantedImage } from '../../protocol/objects.ts';
import { usageId } from '../ids.ts';
import type { Session } from '../session.ts';

/** Every image that is known for certain and that a Flux Kustomization deploys. */
export function wantedImages(session: Session): WantedImage[] {
  return session.repositories().flatMap((repository) =>
    repository.inventory(session.placementSettings).images.flatMap((image) => {
      const { usage, root, environment } = image;
      if (usage.status !== 'exact' || usage.reference === '' || root.deployedBy.length === 0) return [];
      const { kind, namespace, workload, container, reference } = usage;
      const kustomizations = root.deployedBy.map((flux) => ({
        group: KUSTOMIZE_GROUP,
        kind: 'Kustomization',
        namespace: flux.namespace || 'flux-system',
        name: flux.name,
      }));
      return [
        { usage: usageId(repository, image), environment, kind, namespace, workload, container, reference, kustomizations },
      ];
    }),
  );
}
