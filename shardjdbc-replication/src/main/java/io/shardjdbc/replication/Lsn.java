package io.shardjdbc.replication;

/**
 * A position in PostgreSQL's write-ahead log.
 *
 * <p>Positions of one timeline are ordered; positions of different timelines are compared by {@link
 * WalPosition}.
 *
 * @param position bytes from the start of the log, as an unsigned 64-bit number
 */
public record Lsn(long position) implements Comparable<Lsn> {

  /**
   * Reads the server's form {@code 16/B374D848}.
   *
   * @throws IllegalArgumentException if the text is not two hexadecimal numbers of at most 32 bits
   */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("not a WAL position");
    }
    try {
      long high = Integer.parseUnsignedInt(text, 0, slash, 16);
      long low = Integer.parseUnsignedInt(text, slash + 1, text.length(), 16) & 0xFFFFFFFFL;
      return new Lsn((high << 32) | low);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a WAL position", e);
    }
  }

  /** Whether a server that stands here has everything up to {@code other}. */
  public boolean reaches(Lsn other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(position, other.position);
  }

  /** The server's own form, {@code 16/B374D848}. */
  @Override
  public String toString() {
    return Long.toHexString(position >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(position & 0xFFFFFFFFL).toUpperCase(java.util.Locale.ROOT);
  }
}
