package io.shardjdbc.deadlock;

import io.shardjdbc.deadlock.OpenMarks.Session;
import io.shardjdbc.routing.ShardId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process lets others know on a shard: that a session there is one of a transaction of its
 * own that waits on some shard.
 *
 * <p>It is a comment in the last text of the session that looks for waits, which every process of
 * the same user sees there; so it costs nobody anything who does not wait. It counts for as long as
 * the wait that the transaction is said to be in: until that has ended the transaction is open, and
 * its parts are where they were.
 *
 * <p>Servers show the first 1,024 bytes of such a text only. So that is said first which a circle
 * needs: of transactions that wait in one session while others wait for another session of theirs,
 * those sessions. Whoever only stands in a queue is in none, and is named if there is room. Where
 * even the first is too much, another part of it is said each time.
 *
 * @param number of the transaction's mark
 * @param process the session
 * @param since since when it waits there, in microseconds by that server's clock; 0 where it does
 *     not wait
 * @param began when the transaction began, in milliseconds by its process's clock; 0 where it does
 *     not wait
 */
record Published(long number, int process, long since, long began) {

  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]+) (\\d+)(?: ([0-9a-f]+) ([0-9a-f]+))?;");

  private static final String OPENING = "/* shardjdbc waits: ";
  private static final int MOST = 950;

  /** What finds the texts with LIKE. */
  static final String LIKE = OPENING + "%";

  /**
   * What is to be said of the transactions of this process, shard by shard.
   *
   * @param waits of all shards, by their transactions' names
   * @param forCircles whether what a circle needs, or the rest
   */
  static Map<ShardId, List<Published>> of(
      List<Wait> waits, Map<Session, TransactionMark> own, boolean forCircles) {
    Map<TransactionMark, Map<Session, Wait>> waiting = new LinkedHashMap<>();
    Map<Long, Set<Session>> inTheWay = new HashMap<>();
    for (Wait wait : waits) {
      Session session = new Session(wait.shard(), wait.waiter().process());
      TransactionMark mark = own.get(session);
      if (mark != null) {
        waiting.computeIfAbsent(mark, m -> new LinkedHashMap<>()).put(session, wait);
      }
      Long holder = wait.holder().number();
      if (holder != null) {
        inTheWay
            .computeIfAbsent(holder, n -> new LinkedHashSet<>())
            .add(new Session(wait.shard(), wait.holder().process()));
      }
    }
    Map<ShardId, List<Published>> all = new HashMap<>();
    waiting.forEach(
        (mark, its) -> {
          Set<Session> others = inTheWay.getOrDefault(mark.number(), Set.of());
          boolean goesOn = others.stream().anyMatch(other -> isBeside(other, its.keySet()));
          if (goesOn == forCircles) {
            its.forEach((session, wait) -> add(all, session, mark, wait.since()));
            others.stream()
                .filter(other -> other.process() != 0 && !its.containsKey(other))
                .forEach(other -> add(all, other, mark, 0));
          }
        });
    return all;
  }

  /** Whether a session is in the way of somebody while another one waits. */
  private static boolean isBeside(Session other, Set<Session> waiting) {
    return waiting.stream().anyMatch(one -> !one.equals(other));
  }

  private static void add(
      Map<ShardId, List<Published>> all, Session session, TransactionMark mark, long since) {
    all.computeIfAbsent(session.shard(), s -> new ArrayList<>())
        .add(new Published(mark.number(), session.process(), since, since == 0 ? 0 : mark.began()));
  }

  /**
   * A comment that says them, or as many as a server shows.
   *
   * @param first that are needed most
   * @param turn another one each time; on all shards the same, since each tells a part
   */
  static String text(List<Published> first, List<Published> others, long turn) {
    StringBuilder text = new StringBuilder(OPENING);
    Stream.concat(inTurn(first, turn), inTurn(others, turn))
        .map(Published::toString)
        .takeWhile(one -> text.length() + one.length() <= MOST)
        .forEach(text::append);
    return text.append("*/ ").toString();
  }

  private static Stream<Published> inTurn(List<Published> some, long turn) {
    return some.stream()
        .sorted(Comparator.comparingLong(one -> (one.number() ^ turn) * 0x9E3779B97F4A7C15L));
  }

  /** Those that a text names; one that is cut off is left out. */
  static List<Published> parse(String text) {
    List<Published> all = new ArrayList<>();
    Matcher one = FORM.matcher(text);
    while (one.find()) {
      boolean waits = one.group(3) != null;
      all.add(
          new Published(
              Long.parseLong(one.group(1), 16),
              Integer.parseInt(one.group(2)),
              waits ? Long.parseLong(one.group(3), 16) : 0,
              waits ? Long.parseLong(one.group(4), 16) : 0));
    }
    return all;
  }

  @Override
  public String toString() {
    String waits = since == 0 ? "" : " " + Long.toHexString(since) + " " + Long.toHexString(began);
    return Long.toHexString(number) + " " + process + waits + ";";
  }
}
