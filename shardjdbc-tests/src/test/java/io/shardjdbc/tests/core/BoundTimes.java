package io.shardjdbc.tests.core;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.TimeZone;
import org.postgresql.util.PGobject;

/** Values that become dates, times and numbers, bound in every way that JDBC has. */
final class BoundTimes {

  private BoundTimes() {}

  interface Bind {
    void to(PreparedStatement statement, int index) throws SQLException;
  }

  /** Dates, times, numbers and texts of them, by many setters. */
  static List<Bind> all() {
    List<Bind> all = new ArrayList<>();
    LocalDateTime time = LocalDateTime.parse("2024-03-31T02:30:15.123456");
    for (LocalDateTime at :
        List.of(
            time,
            time.minusMonths(3).toLocalDate().atStartOfDay(),
            LocalDateTime.parse("1582-10-10T23:59:59.5"),
            LocalDateTime.parse("2024-12-31T23:59:59.9999999"))) {
      all.add((s, i) -> s.setObject(i, at));
      all.add((s, i) -> s.setObject(i, at.toLocalDate()));
      all.add((s, i) -> s.setObject(i, OffsetDateTime.parse(at + "+05:30")));
      all.add((s, i) -> s.setTimestamp(i, Timestamp.valueOf(at)));
      all.add((s, i) -> s.setTimestamp(i, Timestamp.valueOf(at), tokyo()));
      all.add((s, i) -> s.setDate(i, Date.valueOf(at.toLocalDate())));
      all.add((s, i) -> s.setDate(i, Date.valueOf(at.toLocalDate()), tokyo()));
      all.add((s, i) -> s.setObject(i, Timestamp.valueOf(at)));
      all.add((s, i) -> s.setObject(i, Date.valueOf(at.toLocalDate())));
      all.add((s, i) -> s.setObject(i, Timestamp.valueOf(at), Types.TIMESTAMP));
      all.add((s, i) -> s.setObject(i, at, Types.TIMESTAMP));
      all.add((s, i) -> s.setObject(i, at.toString().replace('T', ' '), Types.TIMESTAMP));
      all.add((s, i) -> s.setObject(i, Date.valueOf(at.toLocalDate()), Types.DATE));
      all.add((s, i) -> s.setObject(i, at.toLocalDate().toString(), Types.DATE));
      all.add((s, i) -> s.setObject(i, at.toLocalDate(), Types.DATE));
      all.add((s, i) -> s.setObject(i, new GregorianCalendar(2024, 1, 29)));
    }
    for (String text :
        List.of(
            "2024-02-29",
            "2024-02-30",
            "29.2.2024",
            "3/4/2024",
            "2024-02-29 10:00",
            "2024-02-29T10:00:00.25",
            "2024-02-29 10:00:00.1234567",
            "2024-02-29 24:00:00",
            "2024-02-29 10:00:00+02",
            "2024-02-29 10:00:00-03:30",
            "2024-02-29 10:00:00Z",
            "2024-02-29 10:00 Europe/Oslo",
            "0044-03-15 BC",
            "12024-01-01",
            "infinity",
            "-infinity",
            "now",
            "today",
            "epoch",
            "NaN",
            "5",
            " 5.10 ",
            "5.10e2",
            "-0.00",
            "0x1F",
            "1_000",
            "5.005",
            "99999999999",
            ".5",
            "5.",
            "")) {
      all.add((s, i) -> s.setObject(i, text, Types.OTHER));
      all.add((s, i) -> s.setString(i, text));
    }
    PGobject now = new PGobject();
    now.setType("timestamptz");
    setValue(now, "now");
    all.add((s, i) -> s.setObject(i, now));
    for (String number :
        List.of("5", "5.10", "5.1", "5.005", "-5.005", "0.00", "1E+5", "12345.678")) {
      BigDecimal decimal = new BigDecimal(number);
      all.add((s, i) -> s.setBigDecimal(i, decimal));
      all.add((s, i) -> s.setDouble(i, decimal.doubleValue()));
      all.add((s, i) -> s.setFloat(i, decimal.floatValue()));
      all.add((s, i) -> s.setLong(i, decimal.longValue()));
      all.add((s, i) -> s.setObject(i, decimal, Types.NUMERIC, 1));
    }
    all.add((s, i) -> s.setDouble(i, Double.NaN));
    all.add((s, i) -> s.setDouble(i, 1e300));
    return all;
  }

  private static void setValue(PGobject object, String value) {
    try {
      object.setValue(value);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Calendar tokyo() {
    return new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"));
  }
}
