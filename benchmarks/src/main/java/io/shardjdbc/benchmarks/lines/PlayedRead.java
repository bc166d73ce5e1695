package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.benchmarks.contest.Contest;
import io.shardjdbc.benchmarks.contest.Contestant;
import io.shardjdbc.benchmarks.contest.Outcome;
import io.shardjdbc.benchmarks.contest.Report;
import io.shardjdbc.benchmarks.contest.Samples;
import io.shardjdbc.benchmarks.play.PlayedSockets;
import java.util.ArrayList;
import java.util.List;

/** The client's work for one row by its key: the server's answers are played back. */
public final class PlayedRead implements Line {

  private static final int PLAYED_KEYS = 200;

  @Override
  public String name() {
    return "played-read";
  }

  @Override
  public void measure(Lab lab, Report report) throws Exception {
    String line = "point read, answers played back";
    List<HikariDataSource> pools = new ArrayList<>();
    try (ShardDataSource ours = lab.describe(PlayedSockets.PARAMETERS).build()) {
      for (int shard = 0; shard < Lab.SHARDS; shard++) {
        pools.add(Lab.pool(Lab.with(lab.url(shard), PlayedSockets.PARAMETERS)));
      }
      List<Samples> both =
          new Contest(line, 1, 500, lab.budget())
              .between(
                  List.of(
                      new Contestant(
                          "ours", turn -> PointRead.read(ours, PointRead.key(turn, PLAYED_KEYS))),
                      new Contestant(
                          "raw",
                          turn -> {
                            long key = PointRead.key(turn, PLAYED_KEYS);
                            PointRead.read(pools.get(lab.owner(key)), key);
                          })),
                  report);
      Samples mine = both.get(0);
      Samples raw = both.get(1);
      report.add(Outcome.told(line, "raw", raw.processor(), "ns"));
      report.add(Outcome.told(line, "raw", raw.bytes(), "bytes"));
      report.add(Outcome.atMost(line, "more", 450, mine.moreProcessorThan(raw), "ns"));
      report.add(Outcome.atMost(line, "more", 1_500, mine.moreBytesThan(raw), "bytes"));
    } finally {
      pools.forEach(HikariDataSource::close);
    }
  }
}
