/** The annotation that asks a controller of Flux to look at an object now. Its value is a time, and comes back as `lastHandledReconcileAt`. */
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';
