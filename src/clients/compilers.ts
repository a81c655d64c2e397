/**
 * V8's compilers, for a program whose first second counts. Turbofan makes the fastest code and takes the longest: while a repository is read for the first
 * time it competes with that for the processor, and an index takes a sixth longer than with the compilers before it. An older or newer V8 without one of
 * these flags says so on standard error and goes on.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets Turbofan wait until `allowTurbofan`, which a command that ends soon never calls. Objects start young, whatever became of others: what is guessed from
 * the first files is wrong for the rest.
 */
export function deferTurbofan(): void {
  setFlagsFromString('--no-turbofan');
  setFlagsFromString('--no-allocation-site-pretenuring');
}

export function allowTurbofan(): void {
  setFlagsFromString('--turbofan');
}
