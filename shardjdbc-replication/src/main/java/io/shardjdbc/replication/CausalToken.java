package io.shardjdbc.replication;

import io.shardjdbc.replication.marks.Labels;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a caller has seen or written, as one WAL position a shard, to be carried to another process.
 *
 * <p>A read {@linkplain ReadIntent#atLeast(CausalToken) at least} as new as a token sees everything
 * that the token stands for. Tokens are merged by maximum, so a token of several requests covers
 * all of them. The text form is made of letters, digits and {@code - . _ ~}: it fits a URL and the
 * header {@code X-Causal-Token} as it is.
 *
 * <p>A token is not a secret and proves nothing about who made it. A forged one can make the read
 * that carries it wait its bound, go to the primary or be refused; it changes nothing for other
 * reads.
 *
 * <p>Immutable.
 */
public final class CausalToken {
  /** The longest text that {@link #parse} accepts: positions of some thousand shards. */
  public static final int MAX_LENGTH = 256 * 1024;

  /** The token that asks for nothing. */
  public static final CausalToken NONE = new CausalToken(Map.of());

  private static final String VERSION = "c1";
  private static final char SEPARATOR = '~';
  private static final int RADIX = 36;

  private final Map<String, WalPosition> positions;

  private CausalToken(Map<String, WalPosition> positions) {
    this.positions = positions;
  }

  /** A token for one shard. */
  public static CausalToken of(String shard, WalPosition position) {
    return new CausalToken(Map.of(Labels.check("a shard name", shard), position));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if the text is not a token, or longer than {@link #MAX_LENGTH}
   */
  public static CausalToken parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw notAToken();
    }
    String[] parts = text.split("~", -1);
    if (!parts[0].equals(VERSION) || parts.length % 3 != 1) {
      throw notAToken();
    }
    Map<String, WalPosition> positions = new TreeMap<>();
    for (int i = 1; i < parts.length; i += 3) {
      WalPosition position = position(parts[i + 1], parts[i + 2]);
      if (!Labels.isLabel(parts[i]) || positions.put(parts[i], position) != null) {
        throw notAToken();
      }
    }
    return new CausalToken(positions);
  }

  private static WalPosition position(String timeline, String lsn) {
    try {
      return new WalPosition(
          Integer.parseInt(timeline, RADIX), new Lsn(Long.parseUnsignedLong(lsn, RADIX)));
    } catch (IllegalArgumentException e) {
      throw notAToken();
    }
  }

  private static IllegalArgumentException notAToken() {
    return new IllegalArgumentException("not a causal token");
  }

  /** A token that covers both: the later position of each shard. */
  public CausalToken merge(CausalToken other) {
    if (other.positions.isEmpty()) {
      return this;
    }
    Map<String, WalPosition> merged = new TreeMap<>(positions);
    other.positions.forEach(
        (shard, position) -> merged.merge(shard, position, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    return new CausalToken(merged);
  }

  /** What the token asks of a shard; empty if nothing. */
  public Optional<WalPosition> position(String shard) {
    return Optional.ofNullable(positions.get(shard));
  }

  /** Whether the token asks for nothing at all. */
  public boolean isEmpty() {
    return positions.isEmpty();
  }

  /** The text form that {@link #parse} reads. */
  public String encode() {
    StringBuilder text = new StringBuilder(VERSION);
    new TreeMap<>(positions)
        .forEach(
            (shard, position) ->
                text.append(SEPARATOR)
                    .append(shard)
                    .append(SEPARATOR)
                    .append(Integer.toString(position.timeline(), RADIX))
                    .append(SEPARATOR)
                    .append(Long.toUnsignedString(position.lsn().position(), RADIX)));
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CausalToken token && positions.equals(token.positions);
  }

  @Override
  public int hashCode() {
    return positions.hashCode();
  }

  /** The same as {@link #encode()}. */
  @Override
  public String toString() {
    return encode();
  }
}
