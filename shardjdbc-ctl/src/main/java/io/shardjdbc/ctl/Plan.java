package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.Positioning;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What would move, how much that is about, how long it may take, and what is in its way.
 *
 * @param rowsPerSecond how fast rows are taken to move
 */
record Plan(Resharding mover, Answer answer, long rowsPerSecond) {
  private static final int MEGABYTE = 1_000_000;

  void show(MapDocument map, List<Moving> moves) throws SQLException {
    show(map, moves, List.of());
  }

  void show(MapDocument map, List<Moving> moves, List<Finding> before) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Map<String, Object>> findings = new ArrayList<>();
    before.forEach(finding -> add(findings, finding));
    long rowsOfAll = 0;
    long bytesOfAll = 0;
    for (Moving moving : moves) {
      Size size = mover.size(moving);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("placement", moving.placement());
      row.put("from", moving.source());
      row.put("to", moving.target());
      Positioning by = map.placement(moving.placement()).by();
      boolean hashed = by == Positioning.HASH;
      row.put("percent", hashed ? moving.positions().share() * 100 : "");
      row.put("keys", by.isOrdered() ? moving.positions().toString() : "");
      row.put("rows", size.rows());
      row.put("bytes", size.bytes());
      row.put("seconds", seconds(size.rows()));
      rows.add(row);
      rowsOfAll += size.rows();
      bytesOfAll += size.bytes();
      mover.lookAhead(moving, map).forEach(finding -> add(findings, finding));
    }
    answer.table("moves", "nothing has to move", rows);
    if (!moves.isEmpty()) {
      answer.say(
          "%d moves of about %,d rows, %,.1f MB with indexes, which need room on the new shard: about %,d s at %,d rows a second"
              .formatted(
                  moves.size(),
                  rowsOfAll,
                  (double) bytesOfAll / MEGABYTE,
                  seconds(rowsOfAll),
                  rowsPerSecond));
    }
    answer.table("findings", "nothing is in the way", findings);
  }

  private long seconds(long rows) {
    return (rows + rowsPerSecond - 1) / rowsPerSecond;
  }

  private void add(List<Map<String, Object>> findings, Finding finding) {
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("blocks", finding.blocks());
    found.put("what", finding.what());
    if (!findings.contains(found)) {
      findings.add(found);
    }
    if (finding.blocks()) {
      answer.bad();
    }
  }
}
