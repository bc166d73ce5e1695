package io.shardjdbc.routing.route;

/**
 * The hashes of the shard keys whose rows a statement can touch, or "any key".
 *
 * <p>Freshness is kept by key hash: a read of these keys must see the last write to any of them.
 * Most statements have one, which is kept without an array. Immutable and thread-safe.
 */
public abstract sealed class KeyHashes {

  private static final long[] NONE = {};
  private static final KeyHashes ANY = new Several(NONE, NONE);

  /** The statement may touch rows of any key on its shards. */
  public static KeyHashes any() {
    return ANY;
  }

  /** The statement touches rows of this key only. */
  public static KeyHashes of(long hash) {
    return new One(hash);
  }

  /** The statement touches rows of these keys only; at least one. */
  public static KeyHashes of(long... hashes) {
    if (hashes.length == 0) {
      throw new IllegalArgumentException("no hash");
    }
    long[] all = hashes.clone();
    return new Several(all, all);
  }

  /** The statement names these keys, and may touch rows of others on its shards by what it runs. */
  public static KeyHashes anyBeside(KeyHashes named) {
    return named.isNamed() ? new Several(NONE, named.named()) : ANY;
  }

  /** Whether the statement names keys, whatever else it may touch. */
  public abstract boolean isNamed();

  /** The hashes of the keys that it names; none if it names none. */
  public abstract long[] named();

  /** Whether it may touch rows of any key. */
  public abstract boolean isAny();

  /** How many there are; none for any key. */
  public abstract int size();

  /** The i-th hash, from 0. */
  public abstract long get(int i);

  /** All hashes; none for any key. */
  public abstract long[] toArray();

  private static final class One extends KeyHashes {
    private final long hash;

    One(long hash) {
      this.hash = hash;
    }

    @Override
    public boolean isNamed() {
      return true;
    }

    @Override
    public long[] named() {
      return toArray();
    }

    @Override
    public boolean isAny() {
      return false;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public long get(int i) {
      if (i != 0) {
        throw new IndexOutOfBoundsException(i);
      }
      return hash;
    }

    @Override
    public long[] toArray() {
      return new long[] {hash};
    }
  }

  private static final class Several extends KeyHashes {
    private final long[] hashes;
    private final long[] named;

    Several(long[] hashes, long[] named) {
      this.hashes = hashes;
      this.named = named;
    }

    @Override
    public boolean isNamed() {
      return named.length > 0;
    }

    @Override
    public long[] named() {
      return named.clone();
    }

    @Override
    public boolean isAny() {
      return hashes.length == 0;
    }

    @Override
    public int size() {
      return hashes.length;
    }

    @Override
    public long get(int i) {
      return hashes[i];
    }

    @Override
    public long[] toArray() {
      return hashes.clone();
    }
  }
}
