package io.shardjdbc.replication;

/**
 * A position in PostgreSQL's write-ahead log.
 *
 * @param position bytes from the start of the log, as an unsigned 64-bit number
 */
public record Lsn(long position) implements Comparable<Lsn> {

  /** Reads the server's form {@code 16/B374D848}. */
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("not a WAL position");
    }
    long high = Long.parseLong(text.substring(0, slash), 16);
    long low = Long.parseLong(text.substring(slash + 1), 16);
    return new Lsn((high << 32) | low);
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(position, other.position);
  }

  @Override
  public String toString() {
    return String.format("%X/%X", position >>> 32, position & 0xFFFFFFFFL);
  }
}
