package io.shardjdbc.routing.route;

/**
 * The hashes of the shard keys whose rows a statement can touch, or "any key".
 *
 * <p>Freshness is kept by key hash: a read of these keys must see the last write to any of them.
 * Immutable and thread-safe.
 */
public final class KeyHashes {

  private static final KeyHashes ANY = new KeyHashes(new long[0], new long[0]);

  private final long[] hashes;
  private final long[] named;

  private KeyHashes(long[] hashes, long[] named) {
    this.hashes = hashes;
    this.named = named;
  }

  /** The statement may touch rows of any key on its shards. */
  public static KeyHashes any() {
    return ANY;
  }

  /** The statement touches rows of this key only. */
  public static KeyHashes of(long hash) {
    long[] one = {hash};
    return new KeyHashes(one, one);
  }

  /** The statement touches rows of these keys only; at least one. */
  public static KeyHashes of(long... hashes) {
    if (hashes.length == 0) {
      throw new IllegalArgumentException("no hash");
    }
    long[] all = hashes.clone();
    return new KeyHashes(all, all);
  }

  /** The statement names these keys, and may touch rows of others on its shards by what it runs. */
  public static KeyHashes anyBeside(KeyHashes named) {
    return named.isNamed() ? new KeyHashes(new long[0], named.named) : ANY;
  }

  /** Whether the statement names keys, whatever else it may touch. */
  public boolean isNamed() {
    return named.length > 0;
  }

  /** The hashes of the keys that it names; none if it names none. */
  public long[] named() {
    return named.clone();
  }

  public boolean isAny() {
    return hashes.length == 0;
  }

  public int size() {
    return hashes.length;
  }

  /** The i-th hash, from 0. */
  public long get(int i) {
    return hashes[i];
  }

  /** All hashes; none for any key. */
  public long[] toArray() {
    return hashes.clone();
  }
}
