package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What would move, how much that is about, and what is in its way. */
record Plan(Resharding mover, Answer answer) {

  void show(MapDocument map, List<Moving> moves) throws SQLException {
    show(map, moves, List.of());
  }

  void show(MapDocument map, List<Moving> moves, List<Finding> before) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Map<String, Object>> findings = new ArrayList<>();
    before.forEach(finding -> add(findings, finding));
    for (Moving moving : moves) {
      Size size = mover.size(moving);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("placement", moving.placement());
      row.put("from", moving.source());
      row.put("to", moving.target());
      row.put("percent", moving.positions().share() * 100);
      row.put("rows", size.rows());
      row.put("bytes", size.bytes());
      rows.add(row);
      mover.lookAhead(moving, map).forEach(finding -> add(findings, finding));
    }
    answer.table("moves", "nothing has to move", rows);
    answer.table("findings", "nothing is in the way", findings);
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
