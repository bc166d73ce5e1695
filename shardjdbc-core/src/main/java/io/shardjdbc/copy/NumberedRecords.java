package io.shardjdbc.copy;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyNumber;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.session.SequenceNumbers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of a COPY with the numbers that their sequences would have given them.
 *
 * <p>It is a COPY of more columns: the names are added to the statement's list, and the numbers to
 * each record, so that whoever places the records sees the whole of them. A few hundred records are
 * read at a time, and as many numbers are taken as there are records: none is left over.
 */
final class NumberedRecords extends InputStream {

  private static final int MOST_RECORDS = 1000;
  private static final int MOST_BYTES = 256 * 1024;

  private final Bytes bytes;
  private final Records records;
  private final List<CopyNumber> columns;
  private final SequenceNumbers numbers;
  private byte[] ready = new byte[0];
  private int next;
  private boolean begun;
  private boolean ended;

  NumberedRecords(
      CopyCommand command, InputStream from, List<CopyNumber> columns, SequenceNumbers numbers) {
    KeyFields none = new KeyFields(List.of(), List.of(), List.of());
    this.bytes = new Bytes(from);
    this.records =
        command.format().isBinary()
            ? new BinaryRecords(bytes, none)
            : new LineRecords(command.format(), bytes, none);
    this.columns = List.copyOf(columns);
    this.numbers = numbers;
  }

  /** The statement with the columns of the numbers behind its own. */
  static String statement(String sql, CopyCommand command, List<CopyNumber> columns) {
    StringBuilder names = new StringBuilder();
    columns.forEach(column -> names.append(", ").append(Identifiers.quote(column.column())));
    int end = command.listEnd() - 1;
    return sql.substring(0, end) + names + sql.substring(end);
  }

  /** The table with these columns. */
  static CopiedTable table(CopiedTable table, List<CopyNumber> columns) {
    List<String> all = new ArrayList<>(table.columns());
    columns.forEach(column -> all.add(column.column()));
    return new CopiedTable(table.name(), all, table.defaults(), table.where());
  }

  /** What a server, or the library, says of the numbers, on its way through a stream. */
  static final class NoNumbers extends IOException {
    @Serial private static final long serialVersionUID = 1L;
    private final SQLException why;

    NoNumbers(SQLException why) {
      super(why);
      this.why = why;
    }

    SQLException why() {
      return why;
    }
  }

  @Override
  public int read() throws IOException {
    return more() ? ready[next++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!more()) {
      return -1;
    }
    int count = Math.min(length, ready.length - next);
    System.arraycopy(ready, next, into, offset, count);
    next += count;
    return count;
  }

  private boolean more() throws IOException {
    while (next == ready.length && !ended) {
      try {
        ready = batch();
      } catch (SQLException e) {
        throw new NoNumbers(e);
      }
      next = 0;
    }
    return next < ready.length;
  }

  private byte[] batch() throws IOException, SQLException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!begun) {
      begun = true;
      if (records.readHeader()) {
        out.write(records.header(columns.stream().map(CopyNumber::column).toList()));
      }
    }
    List<Records.Extensible> held = new ArrayList<>();
    int size = 0;
    while (held.size() < MOST_RECORDS && size < MOST_BYTES) {
      if (!records.next()) {
        ended = true;
        break;
      }
      held.add(records.extensible());
      size += bytes.length();
    }
    List<long[]> taken = taken(held.size());
    for (int i = 0; i < held.size(); i++) {
      List<CopyField> fields = new ArrayList<>(columns.size());
      for (int c = 0; c < columns.size(); c++) {
        fields.add(new CopyField(taken.get(c)[i], columns.get(c).type()));
      }
      out.write(held.get(i).with(fields));
    }
    if (ended) {
      out.write(records.trailer());
    }
    return out.toByteArray();
  }

  /** For each column its numbers; those of one sequence are dealt out record by record. */
  private List<long[]> taken(int records) throws SQLException {
    List<long[]> all = new ArrayList<>();
    List<Draw> draws = columns.stream().map(CopyNumber::draw).toList();
    Map<Draw, long[]> bySequence = new HashMap<>();
    Map<Draw, Integer> before = new HashMap<>();
    for (Draw draw : draws) {
      int each = Collections.frequency(draws, draw);
      if (!bySequence.containsKey(draw)) {
        bySequence.put(draw, numbers.take(List.of(draw.times(records * each))));
      }
      int first = before.merge(draw, 1, Integer::sum) - 1;
      long[] own = new long[records];
      for (int i = 0; i < records; i++) {
        own[i] = bySequence.get(draw)[i * each + first];
      }
      if (records > 0) {
        numbers.note(draw, own[records - 1]);
      }
      all.add(own);
    }
    return all;
  }
}
