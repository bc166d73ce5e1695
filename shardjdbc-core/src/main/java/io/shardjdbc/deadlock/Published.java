package io.shardjdbc.deadlock;

import io.shardjdbc.routing.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a process lets others know of a transaction of its that waits: in which sessions its parts
 * run.
 *
 * <p>It is a comment in the last text of the session that looks for waits, which every process of
 * the same user sees there; so it costs nobody anything who does not wait. It counts for as long as
 * the wait that it names: until that has ended the transaction is open, and its parts are where
 * they were.
 *
 * @param number of the transaction's mark
 * @param waits where it waits
 * @param since since when, in microseconds by that server's clock
 * @param parts where all of its parts are
 */
record Published(long number, Place waits, long since, List<Place> parts) {

  private static final String NUMBERS = "([0-9a-f]+) ([0-9a-f]{12}/\\d+) (\\d+) ([0-9a-f/, ]+);";
  private static final Pattern FORM = Pattern.compile(NUMBERS);

  /** What finds the texts with LIKE. */
  static final String LIKE = "/* shardjdbc waits: %";

  /**
   * A session, as all processes call it.
   *
   * @param database what the database is known by, whatever a configuration calls its shard
   */
  record Place(String database, int process) {

    private static Place parse(String text) {
      int slash = text.indexOf('/');
      return new Place(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
      return database + "/" + process;
    }
  }

  /** What those of this process have to say, by a look at all shards; empty where none waits. */
  static List<Published> of(
      List<Wait> waits,
      Map<OpenMarks.Session, TransactionMark> own,
      Map<ShardId, String> databases) {
    List<Published> all = new ArrayList<>();
    for (Wait wait : waits) {
      OpenMarks.Session session = new OpenMarks.Session(wait.shard(), wait.waiter().process());
      TransactionMark mark = own.get(session);
      if (mark != null) {
        List<Place> parts =
            own.entrySet().stream()
                .filter(one -> one.getValue().equals(mark))
                .map(one -> place(one.getKey(), databases))
                .toList();
        all.add(new Published(mark.number(), place(session, databases), wait.since(), parts));
      }
    }
    return all.stream().distinct().toList();
  }

  private static Place place(OpenMarks.Session session, Map<ShardId, String> databases) {
    return new Place(databases.getOrDefault(session.shard(), ""), session.process());
  }

  /** A statement that says it, and does nothing. */
  static String text(List<Published> all) {
    return all.stream()
        .map(Published::toString)
        .collect(Collectors.joining("", LIKE.replace("%", ""), "*/ SELECT 1"));
  }

  /** Those that a text names; one that is cut off is left out. */
  static List<Published> parse(String text) {
    List<Published> all = new ArrayList<>();
    Matcher one = FORM.matcher(text);
    while (one.find()) {
      List<Place> parts = new ArrayList<>();
      for (String part : one.group(4).split(",", -1)) {
        parts.add(Place.parse(part));
      }
      all.add(
          new Published(
              Long.parseLong(one.group(1), 16),
              Place.parse(one.group(2)),
              Long.parseLong(one.group(3)),
              parts));
    }
    return all;
  }

  @Override
  public String toString() {
    return Long.toHexString(number)
        + " "
        + waits
        + " "
        + since
        + " "
        + parts.stream().map(Place::toString).collect(Collectors.joining(","))
        + ";";
  }
}
