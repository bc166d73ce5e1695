package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The tables that most of a corpus's statements read: those that the corpus itself makes at one
 * place, and rows of our own for those that it loads from files.
 */
final class CorpusBase {

  private static final int ROWS = 60;

  private CorpusBase() {}

  static List<String> of(List<List<String>> parts) {
    List<String> base = new ArrayList<>();
    for (List<String> part : parts) {
      int start = indexOf(part, "create table char_tbl");
      int end = indexOf(part, "create table shighway");
      if (start >= 0 && end > start) {
        base.addAll(part.subList(start, end + 1));
      }
    }
    base.removeIf(
        s -> {
          CorpusStatement statement = new CorpusStatement(s);
          return !statement.isDefinition() && !statement.isOfRows();
        });
    int onek = indexOf(base, "create table onek (");
    if (onek >= 0) {
      base.add(onek + 1, rows("onek", ROWS, 7));
      base.add(indexOf(base, "create table tenk1 (") + 1, rows("tenk1", ROWS + 30, 11));
      base.add(
          "INSERT INTO person VALUES ('mike', 40, '(3.1,6.2)'), ('joe', 20, '(5.5,2.5)'), ('sally',"
              + " 34, '(3.8,45.8)'), ('juanita', 58, '(1,2)'), ('Zoë', NULL, NULL)");
      base.add(
          "INSERT INTO emp VALUES ('sharon', 25, '(15,12)', 1000, 'sam'), ('bill', 20, '(11,10)',"
              + " 1000, 'sharon'), ('sam', 30, '(10,5)', 2000, 'bill')");
      base.add("INSERT INTO student VALUES ('fred', 28, '(3.1,-1.5)', 3.7)");
      base.add("INSERT INTO stud_emp VALUES ('jeff', 23, '(8,7.7)', 600, 'sharon', 3.5, 40)");
      base.add("INSERT INTO road VALUES ('I- 5', '[(1,2),(3,4)]'), ('Oak St', '[(0,0),(1,1)]')");
    }
    return base;
  }

  private static int indexOf(List<String> statements, String words) {
    for (int i = 0; i < statements.size(); i++) {
      if (statements
          .get(i)
          .toLowerCase(java.util.Locale.ROOT)
          .replaceAll("\\s+", " ")
          .contains(words)) {
        return i;
      }
    }
    return -1;
  }

  private static String rows(String table, int count, int step) {
    StringJoiner rows = new StringJoiner(", ", "INSERT INTO " + table + " VALUES ", "");
    for (int i = 0; i < count; i++) {
      int u = i * step % count;
      rows.add(
          "(%d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, '%s', '%s', '%s')"
              .formatted(
                  u,
                  i,
                  u % 2,
                  u % 4,
                  u % 10,
                  u % 20,
                  u % 100,
                  u % 1000,
                  u % 2000,
                  u % 5000,
                  u % 10000,
                  u % 100 * 2 + 1,
                  u % 100 * 2,
                  name(u),
                  name(i),
                  List.of("AAAAxx", "HHHHxx", "OOOOxx", "VVVVxx").get(i % 4)));
    }
    return rows.toString();
  }

  private static String name(int number) {
    char[] letters = {
      (char) ('A' + number % 26), (char) ('A' + number / 26 % 26), 'A', 'A', 'x', 'x'
    };
    return new String(letters);
  }
}
