package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes a move down, where nothing is in its way. */
record Starting(Servers servers, MapStore store, Strategy strategy) {

  /** The number of the move. */
  int start(Moving moving, boolean ends) throws SQLException {
    List<String> blocking = new ArrayList<>();
    for (Finding finding :
        new Preflight(servers, strategy).findings(moving, store.newest().document())) {
      if (finding.blocks()) {
        blocking.add(finding.what());
      }
    }
    if (!blocking.isEmpty()) {
      throw new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, String.join("; ", blocking));
    }
    Stored map = store.spread();
    int id = 1;
    for (ShardId shard : servers.shards()) {
      id = Math.max(id, MoveRow.lastId(servers.kept(shard)) + 1);
    }
    MoveRow.insert(
        servers.kept(moving.source()),
        id,
        map.epoch().mapId(),
        moving,
        "source",
        MoveRow.OUTGOING,
        ends,
        strategy);
    return id;
  }
}
