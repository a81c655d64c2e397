/** How long fuzzing takes: seconds, also in parts; `.ci/run` sets more. */
export const fuzzSeconds = Number(process.env['GITOPS_COCKPIT_FUZZ_SECONDS'] ?? 4);

/** Where its random numbers start; the same seed gives the same inputs. */
export const fuzzSeed = Number(process.env['GITOPS_COCKPIT_FUZZ_SEED'] ?? 20261103);
