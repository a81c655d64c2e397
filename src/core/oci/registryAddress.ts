/** Which registry an image is in, and the name that it has there. */
import { isReferenceProblem, kustomizeSplit, parseNormalizedReference } from './imageReference.ts';

export interface RegistryAddress {
  /** As in the image's name, Docker Hub as `docker.io`: what people allow, and what credentials are kept for. */
  readonly domain: string;
  /** Host and port to ask. */
  readonly host: string;
  readonly path: string;
}

/** undefined for a text that is no name of an image. Tag and digest do not matter. */
export function registryAddress(image: string): RegistryAddress | undefined {
  const parsed = parseNormalizedReference(kustomizeSplit(image).name);
  if (isReferenceProblem(parsed)) return undefined;
  const { domain, path } = parsed;
  return { domain, host: domain === 'docker.io' ? 'registry-1.docker.io' : domain, path };
}

/** Hosts of this machine, which are asked without TLS as Docker does. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
