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
 * <p>Rows may move to another shard, whose positions say nothing of what was written before. So a
 * token also names the map by which it was made, where servers keep one; a read by another map does
 * not go by its positions alone.
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
  public static final CausalToken NONE = new CausalToken("", Map.of());

  private static final String VERSION = "c1";
  private static final String VERSION_WITH_MAP = "c2";

  /** What it is made by that covers tokens of several maps. */
  private static final String SEVERAL = "-";

  private static final char SEPARATOR = '~';
  private static final int RADIX = 36;

  private final String map;
  private final Map<String, WalPosition> positions;

  private CausalToken(String map, Map<String, WalPosition> positions) {
    this.map = map;
    this.positions = positions;
  }

  /** A token for one shard. */
  public static CausalToken of(String shard, WalPosition position) {
    return new CausalToken("", Map.of(Labels.check("a shard name", shard), position));
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
    boolean withMap = parts[0].equals(VERSION_WITH_MAP);
    int first = withMap ? 2 : 1;
    if ((!withMap && !parts[0].equals(VERSION)) || parts.length % 3 != first) {
      throw notAToken();
    }
    if (withMap && !Labels.isLabel(parts[1])) {
      throw notAToken();
    }
    Map<String, WalPosition> positions = new TreeMap<>();
    for (int i = first; i < parts.length; i += 3) {
      WalPosition position = position(parts[i + 1], parts[i + 2]);
      if (!Labels.isLabel(parts[i]) || positions.put(parts[i], position) != null) {
        throw notAToken();
      }
    }
    return new CausalToken(withMap ? parts[1] : "", positions);
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

  /**
   * The same positions as those of a map.
   *
   * @param name of the map, as {@link #map()} says; empty for one that no server keeps
   */
  public CausalToken by(String name) {
    return new CausalToken(name.isEmpty() ? "" : Labels.check("a map's name", name), positions);
  }

  /**
   * By which map it was made: empty for one that no server keeps. A token that covers some of
   * several maps was made by none that anybody has.
   */
  public String map() {
    return map;
  }

  /** A token that covers both: the later position of each shard. */
  public CausalToken merge(CausalToken other) {
    if (other.positions.isEmpty() || positions.isEmpty()) {
      return other.positions.isEmpty() ? this : other;
    }
    Map<String, WalPosition> merged = new TreeMap<>(positions);
    other.positions.forEach(
        (shard, position) -> merged.merge(shard, position, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    return new CausalToken(map.equals(other.map) ? map : SEVERAL, merged);
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
    StringBuilder text =
        new StringBuilder(map.isEmpty() ? VERSION : VERSION_WITH_MAP + SEPARATOR + map);
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
    return other instanceof CausalToken token
        && map.equals(token.map)
        && positions.equals(token.positions);
  }

  @Override
  public int hashCode() {
    return 31 * map.hashCode() + positions.hashCode();
  }

  /** The same as {@link #encode()}. */
  @Override
  public String toString() {
    return encode();
  }
}
