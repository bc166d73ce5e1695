package io.shardjdbc.reshard;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * When the owner of rows may change: copying goes on outside of it.
 *
 * @param notBefore null for at once
 * @param from the time of day at which it opens; null for all day
 * @param to the time of day at which it closes, which may be before {@code from}: over midnight
 * @param zone of the times of day
 */
public record Window(
    @Nullable Instant notBefore, @Nullable LocalTime from, @Nullable LocalTime to, ZoneId zone) {

  /** Always open. */
  public static final Window ALWAYS = new Window(null, null, null, ZoneId.of("UTC"));

  /** Whether it is open. */
  public boolean isOpenAt(Instant now) {
    if (notBefore != null && now.isBefore(notBefore)) {
      return false;
    }
    if (from == null || to == null) {
      return true;
    }
    LocalTime time = LocalTime.ofInstant(now, zone);
    boolean behindBegin = !time.isBefore(from);
    boolean beforeEnd = time.isBefore(to);
    return from.isBefore(to) ? behindBegin && beforeEnd : behindBegin || beforeEnd;
  }

  @Override
  public String toString() {
    String begin = notBefore == null ? "" : " not before " + notBefore;
    return from == null ? begin.trim() : ("between " + from + " and " + to + begin);
  }
}
