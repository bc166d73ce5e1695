package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Window;
import io.shardjdbc.reshard.engine.Settings;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When and how fast rows move. */
final class Pace {

  @Option(
      names = "--not-before",
      paramLabel = "TIME",
      description = "When the owner may change first, such as 2027-01-31T02:00:00+01:00.")
  private @Nullable String notBefore;

  @Option(
      names = "--between",
      paramLabel = "HH:MM-HH:MM",
      description =
          "The time of day, here, at which the owner may change; copying goes on outside.")
  private @Nullable String between;

  @Option(
      names = "--pause",
      paramLabel = "MILLIS",
      defaultValue = "2000",
      description = "How long an attempt may hold rows (default: ${DEFAULT-VALUE}).")
  private long pause = 2000;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      defaultValue = "2000",
      description = "How many copies are deleted at a time (default: ${DEFAULT-VALUE}).")
  private int batch = 2000;

  @Option(
      names = "--rest",
      paramLabel = "MILLIS",
      defaultValue = "10",
      description = "The time between two of these (default: ${DEFAULT-VALUE}).")
  private long rest = 10;

  @Option(
      names = "--rate",
      paramLabel = "ROWS",
      defaultValue = "0",
      description =
          "How many rows a second shardctl copies or deletes at most (default: as many as it can).")
  private long rate;

  @Option(
      names = "--max-lag",
      paramLabel = "BYTES",
      defaultValue = "0",
      description =
          "Wait while a replica has to replay more of its primary's log (default: do not wait).")
  private long maxLag;

  /** For an estimate: 500,000 of a million rows were copied in 5.8 s on two cores. */
  private static final long USUAL_RATE = 50_000;

  /** How fast rows are taken to move. */
  long rowsPerSecond() {
    return rate > 0 ? rate : USUAL_RATE;
  }

  Settings settings() {
    if (pause <= 0 || batch <= 0 || rest < 0 || rate < 0 || maxLag < 0) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "--pause and --batch are above zero, --rest, --rate and --max-lag are not below");
    }
    return Settings.DEFAULT
        .withPause(Duration.ofMillis(pause))
        .deleting(batch, Duration.ofMillis(rest))
        .notFasterThan(rate, maxLag)
        .within(window());
  }

  private Window window() {
    try {
      Instant first = notBefore == null ? null : OffsetDateTime.parse(notBefore).toInstant();
      if (between == null) {
        return new Window(first, null, null, ZoneId.systemDefault());
      }
      String[] times = between.split("-", -1);
      if (times.length != 2) {
        throw new DateTimeException(between);
      }
      return new Window(
          first, LocalTime.parse(times[0]), LocalTime.parse(times[1]), ZoneId.systemDefault());
    } catch (DateTimeException e) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION,
          "--not-before is a time with its offset, --between two times of day: 02:00-05:00");
    }
  }
}
