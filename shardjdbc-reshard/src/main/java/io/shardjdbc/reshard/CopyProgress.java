package io.shardjdbc.reshard;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far the copy of a move is, by what the servers say of it.
 *
 * @param tables how far each is; of those that are copied, {@code rows} and {@code bytes} are what
 *     was estimated
 * @param expected how much there is in all, about
 * @param lag bytes of the source's log that the target has not confirmed
 * @param taken since the copy began
 */
public record CopyProgress(List<MoveStatus.Table> tables, Size expected, long lag, Duration taken) {

  public CopyProgress {
    tables = List.copyOf(tables);
  }

  /** Rows that have come, about. */
  public long rows() {
    return tables.stream().mapToLong(MoveStatus.Table::rows).sum();
  }

  /** Bytes that have come, about. */
  public long bytes() {
    return tables.stream().mapToLong(MoveStatus.Table::bytes).sum();
  }

  /** From 0 to 1. */
  public double share() {
    return expected.rows() == 0 ? 1 : Math.min(1, (double) rows() / expected.rows());
  }

  public double rowsPerSecond() {
    return taken.isZero() ? 0 : rows() / (taken.toNanos() / 1e9);
  }

  /** How long it may take still; nothing as long as no row has come. */
  public Optional<Duration> left() {
    return rows() == 0
        ? Optional.empty()
        : Optional.of(
            Duration.ofMillis(
                Math.round(
                    Math.max(0, expected.rows() - rows())
                        * 1000
                        / Math.max(1e-3, rowsPerSecond()))));
  }
}
