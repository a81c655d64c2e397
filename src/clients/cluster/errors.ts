/** What can go wrong with a cluster. Every message is a sentence for the user, and holds no secret. */
import { cleanMessage, firstLine } from '../../core/kubernetes/conditionMessage.ts';

export class ClusterError extends Error {}

/** The cluster, or the program that signs in to it, does not accept who we are. Nothing is tried again until the user connects again. */
export class CredentialsError extends ClusterError {}

/** No answer from the cluster. Trying again later may help. */
export class UnreachableError extends ClusterError {}

/** The cluster answered, and refused. */
export class ApiError extends ClusterError {
  readonly status: number;
  /** `NotFound`, `Forbidden`, `Expired`, ... */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The error of an answer with this status, whose body is a `Status` object where an API server wrote it. */
export function apiError(status: number, body: string): ApiError {
  const { reason, message } = parseStatus(body);
  const text = cleanMessage(message ?? firstLine(body.startsWith('<') ? '' : body)) || `HTTP status ${String(status)}`;
  return new ApiError(status, reason ?? '', `The cluster refuses: ${text.replace(/\.$/, '')}.`);
}

function parseStatus(body: string): { reason?: string; message?: string } {
  try {
    const { reason, message } = JSON.parse(body) as { reason?: unknown; message?: unknown };
    return { ...(typeof reason === 'string' ? { reason } : {}), ...(typeof message === 'string' ? { message } : {}) };
  } catch {
    return {};
  }
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name cannot be looked up now',
  ETIMEDOUT: 'no answer came in time',
  EHOSTUNREACH: 'no network leads there',
  ENETUNREACH: 'no network leads there',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by the authority of the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by the authority of the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by the authority of the kubeconfig',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** A connection that failed below HTTP. */
export function unreachable(context: string, server: string, error: unknown): UnreachableError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const why = causes[code] ?? (firstLine(cleanMessage(message)) || code);
  return new UnreachableError(`The cluster of context "${context}" cannot be reached at ${server}: ${why}.`, { cause: error });
}
