/** Everything that the tooltip of an image says. */
import { imageDetails } from '../../core/language/imageDetails.ts';
import type { UsageDetails } from '../../protocol.ts';
import { imageProblems } from '../imageProblems.ts';
import { findImage } from '../ids.ts';
import { locationOfPlace, textOfPlace } from '../places.ts';
import type { Session } from '../session.ts';

export function detailsOf(session: Session, id: string): UsageDetails | null {
  const found = findImage(session, id);
  if (found === undefined) return null;
  const { repository, inventory, image } = found;
  const details = imageDetails(repository.snapshot, inventory, image);
  return {
    ...details,
    scope: { repository: repository.folder, application: image.application, environment: image.environment },
    problems: imageProblems(
      session,
      repository,
    )(image).map(({ message, place }) => ({
      message,
      location: locationOfPlace(repository, place),
    })),
    parts: details.parts.map(({ part, text, place }) => ({
      part,
      text,
      place: textOfPlace(repository, place),
      location: locationOfPlace(repository, place),
    })),
    layers: details.layers.map(({ what, reference, place }) => ({
      what,
      reference,
      place: place === undefined ? '' : textOfPlace(repository, place),
      location: place && locationOfPlace(repository, place),
    })),
    deployedBy: details.deployedBy.map(({ name, path, cluster, suspended, place }) => ({
      text: `${name}, path ${path}${cluster === '' ? '' : `, from ${cluster}`}${suspended ? ', suspended' : ''}`,
      suspended,
      location: locationOfPlace(repository, place),
    })),
    others: details.others.map(({ environment, text, place }) => ({
      environment,
      text,
      location: place && locationOfPlace(repository, place),
    })),
  };
}
