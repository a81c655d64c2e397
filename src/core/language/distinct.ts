import type { Place } from '../lint/problem.ts';

/** Each place once, in the order in which they come. */
export function distinct(places: Iterable<Place>): Place[] {
  return [...new Map([...places].map((place) => [`${place.file} ${String(place.start)} ${String(place.end)}`, place])).values()];
}
