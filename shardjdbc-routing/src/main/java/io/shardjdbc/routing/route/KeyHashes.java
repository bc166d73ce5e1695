package io.shardjdbc.routing.route;

/**
 * The hashes of the shard keys whose rows a statement can touch, or "any key".
 *
 * <p>Freshness is kept by key hash: a read of these keys must see the last write to any of them.
 * Immutable and thread-safe.
 */
public final class KeyHashes {

  private static final KeyHashes ANY = new KeyHashes(new long[0]);

  private final long[] hashes;

  private KeyHashes(long[] hashes) {
    this.hashes = hashes;
  }

  /** The statement may touch rows of any key on its shards. */
  public static KeyHashes any() {
    return ANY;
  }

  /** The statement touches rows of this key only. */
  public static KeyHashes of(long hash) {
    return new KeyHashes(new long[] {hash});
  }

  /** The statement touches rows of these keys only; at least one. */
  public static KeyHashes of(long... hashes) {
    if (hashes.length == 0) {
      throw new IllegalArgumentException("no hash");
    }
    return new KeyHashes(hashes.clone());
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
