/** Numbers things in the order in which they come, by identity; strings by value. */
export class Table<T> {
  readonly items: T[] = [];
  /** Of each item what `index` was given for it. */
  readonly encoded: (readonly number[])[] = [];
  private readonly indexes = new Map<T, number>();

  /** The number of an item. `encode` is asked once for each, and may number others first. */
  index(item: T, encode: () => readonly number[] = () => []): number {
    const known = this.indexes.get(item);
    if (known !== undefined) return known;
    const fields = encode();
    const index = this.items.length;
    this.indexes.set(item, index);
    this.items.push(item);
    this.encoded.push(fields);
    return index;
  }
}
