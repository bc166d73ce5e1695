package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import javax.sql.DataSource;

/**
 * A batch of 1,000 rows over four shards, beside one server's and beside one that is hand-split.
 */
public final class BatchInsert implements Line {

  private static final String INSERT =
      "INSERT INTO events (user_id, seq, payload) VALUES (?, ?, ?)";
  private static final int ROWS = 1_000;

  private final AtomicLong sequence = new AtomicLong();

  @Override
  public String name() {
    return "batch-insert";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    String line = "batch insert of 1,000 rows over 4 shards";
    ExecutorService threads = Executors.newFixedThreadPool(Lab.SHARDS);
    try {
      List<Samples> all =
          new Contest(line, 1, 1, lab.budget())
              .between(
                  List.of(
                      new Contestant("ours", turn -> insert(lab.ours(), next(), key -> true)),
                      new Contestant("one server", turn -> insert(lab.raw(0), next(), key -> true)),
                      new Contestant("hand-split", turn -> split(lab, threads))),
                  report);
      Samples ours = all.get(0);
      report.add(Outcome.atLeast(line, "speed of one server", 1, ours.speedBeside(all.get(1))));
      report.add(Outcome.atLeast(line, "speed of hand-split", 0.9, ours.speedBeside(all.get(2))));
      report.add(
          Outcome.told(line, "processor time a row", ours.processor() / ROWS, "ns, our thread"));
      report.add(Outcome.told(line, "garbage a row", ours.bytes() / ROWS, "bytes, our thread"));
      report.add(
          Outcome.told(line, "garbage a row, one server", all.get(1).bytes() / ROWS, "bytes"));
    } finally {
      threads.shutdownNow();
      for (int shard = 0; shard < Lab.SHARDS; shard++) {
        Lab.execute(lab.raw(shard), "TRUNCATE events");
      }
    }
  }

  private long next() {
    return sequence.addAndGet(ROWS);
  }

  private void split(Lab lab, ExecutorService threads) throws Exception {
    long start = next();
    List<Future<Boolean>> running = new ArrayList<>();
    for (int i = 0; i < Lab.SHARDS; i++) {
      int shard = i;
      running.add(
          threads.submit(
              () -> {
                insert(lab.raw(shard), start, key -> lab.owner(key) == shard);
                return true;
              }));
    }
    for (Future<Boolean> each : running) {
      each.get();
    }
  }

  private static void insert(DataSource to, long start, LongPredicate takes) throws SQLException {
    try (Connection connection = to.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (long seq = start; seq < start + ROWS; seq++) {
        long key = PointRead.key((int) seq, Lab.KEYS);
        if (takes.test(key)) {
          insert.setLong(1, key);
          insert.setLong(2, seq);
          insert.setString(3, "what happened");
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }
}
