package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.Processes;
import io.shardjdbc.reshard.control.Processes.Acknowledgement;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives a shard what no shard has: each process refuses such keys until it knows. */
record Giving(Servers servers, MapStore store, Settings settings) {

  void run(String placement, Positions positions, ShardId to) throws SQLException {
    for (MoveStatus move : Progress.all(servers)) {
      if (move.step() != Step.DONE) {
        throw refused("move " + move.id() + " has not ended yet");
      }
    }
    Stored map = store.spread();
    Positioned now = map.document().placement(placement);
    if (!map.document().shards().containsKey(to)) {
      throw refused("shard " + to + " is not in the map");
    }
    for (Positions owned : now.owns().values()) {
      if (!owned.and(positions).isEmpty()) {
        throw refused("another shard has some of them");
      }
    }
    Map<ShardId, Positions> owns = new LinkedHashMap<>(now.owns());
    owns.merge(to, positions, Positions::plus);
    MapStore.next(
        servers.kept(servers.shards().get(0)),
        map,
        map.document()
            .with(
                placement,
                new Positioned(
                    now.by(), owns, now.hides(), now.holds(), now.since(), now.comes())));
    Stored given = store.spread();
    for (ShardId shard : given.document().shards().keySet()) {
      new Processes(servers)
          .await(shard, given.epoch(), Acknowledgement.INSTALLED, settings.barrier());
    }
  }

  private static ReshardException refused(String why) {
    return new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, why);
  }
}
