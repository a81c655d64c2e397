/** A list that only grows at its end. Lists with one beginning share it, so that a chain of n steps takes the memory of n, whoever keeps all its stages. */
export class Trail<T> {
  /** What stands before the last value; undefined where this is empty. */
  private readonly before: Trail<T> | undefined;
  private readonly last: T | undefined;
  private list: readonly T[] | undefined;

  private constructor(before?: Trail<T>, last?: T) {
    this.before = before;
    this.last = last;
  }

  static of<T>(...values: readonly T[]): Trail<T> {
    return values.reduce((trail, value) => trail.with(value), new Trail<T>());
  }

  with(value: T): Trail<T> {
    return new Trail(this, value);
  }

  /** The same with another last value. */
  withLast(value: T): Trail<T> {
    return (this.before ?? this).with(value);
  }

  /** Whether one of the values before the last one passes the test. */
  someEarlier(test: (value: T) => boolean): boolean {
    for (let trail = this.before; trail?.before !== undefined; trail = trail.before) if (test(trail.last as T)) return true;
    return false;
  }

  /** From the first to the last; made once. */
  get values(): readonly T[] {
    if (this.list !== undefined) return this.list;
    if (this.before === undefined) return (this.list = []);
    const values = [this.last as T];
    for (let trail = this.before; trail.before !== undefined; trail = trail.before) values.push(trail.last as T);
    return (this.list = values.reverse());
  }

  get newest(): T | undefined {
    return this.last;
  }
}
