package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.reshard.journal.Journal;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks for what would stop a move later, or surprise whoever ordered it. */
final class Preflight {
  private final Servers servers;
  private final Strategy strategy;
  private final List<Finding> findings = new ArrayList<>();

  Preflight(Servers servers, Strategy strategy) {
    this.servers = servers;
    this.strategy = strategy;
  }

  List<Finding> findings(Moving moving, MapDocument map) throws SQLException {
    Positioned placement = map.placement(moving.placement());
    if (moving.positions().isEmpty()) {
      block("nothing is to move");
    }
    if (!placement.ownedBy(moving.source()).containsAll(moving.positions())) {
      block("shard " + moving.source() + " does not own all of the positions");
    }
    if (moving.source().equals(moving.target()) || !map.shards().containsKey(moving.target())) {
      block("shard " + moving.target() + " is not another shard of the map");
      return findings;
    }
    otherMoves();
    Connection source = servers.kept(moving.source());
    Connection target = servers.kept(moving.target());
    server(moving.source(), source);
    server(moving.target(), target);
    if (strategy == Strategy.REPLICATE && findings.stream().noneMatch(Finding::blocks)) {
      reaches(moving.target(), moving.source());
      reaches(moving.source(), moving.target());
    }
    List<MovedTable> tables = MovedTable.of(source, map, moving.placement());
    TableChecks checks = new TableChecks(source, target, this);
    if (strategy == Strategy.DOUBLE_WRITE) {
      Journal.lacking(source, tables).forEach(this::block);
    }
    if (strategy == Strategy.READ_THROUGH) {
      new ComingChecks(source, target, this).check(tables, moving);
    }
    for (MovedTable table : tables) {
      checks.check(table, moving);
      new Unseen(source, moving.source(), strategy, this).look(table);
      checks.foreignKeys(table, tables);
    }
    return findings;
  }

  private void otherMoves() throws SQLException {
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      if (ControlSchema.isInstalled(connection)) {
        for (MoveRow row : MoveRow.fromHere(connection)) {
          if (row.step() != Step.DONE) {
            block("move " + row.id() + " has not ended yet");
          }
        }
      }
    }
  }

  private void server(ShardId shard, Connection connection) throws SQLException {
    switch (strategy) {
      case REPLICATE -> replicates(shard, connection);
      case DOUBLE_WRITE, READ_THROUGH -> writesPastTriggers(shard, connection);
    }
    long known = servers.of(shard).replicas().size();
    long streaming =
        Sql.number(
            connection,
            "SELECT count(*) FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON"
                + " s.active_pid = r.pid WHERE coalesce(s.slot_type, 'physical') = 'physical'");
    if (streaming > known) {
      warn(
          "shard "
              + shard
              + " has "
              + streaming
              + " replicas, of which "
              + known
              + " were named: readers of the others are not waited for");
    }
    long strangers =
        Sql.number(
            connection,
            "SELECT count(*) FROM pg_stat_activity a WHERE a.datname = current_database() AND"
                + " a.backend_type = 'client backend' AND a.pid <> pg_backend_pid() AND NOT"
                + " starts_with(a.application_name, 'shardjdbc mover ') AND NOT EXISTS (SELECT"
                + " FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.objsubid"
                + " = 2 AND l.classid::bigint = "
                + ControlSchema.PROCESS_LOCKS
                + ")");
    if (strangers > 0) {
      warn(
          strangers
              + " sessions on "
              + shard
              + " do not go by the map: their writes are guarded, their reads are not");
    }
  }

  private void replicates(ShardId shard, Connection connection) throws SQLException {
    if (!Sql.text(connection, "SHOW wal_level").equals("logical")) {
      block("wal_level of " + shard + " is not logical, which double-write does not need");
    }
    long free =
        Sql.number(
            connection,
            "SELECT current_setting('max_replication_slots')::int - count(*) FROM"
                + " pg_replication_slots");
    if (free < 4) {
      block("shard " + shard + " has " + free + " replication slots left, a move needs 4");
    }
    if (!Sql.isTrue(
        connection,
        "SELECT rolsuper OR (rolreplication AND current_setting('server_version_num')::int >="
            + " 160000 AND pg_has_role('pg_create_subscription', 'MEMBER')) FROM pg_roles WHERE"
            + " rolname = current_user")) {
      block("the mover's user may not replicate on " + shard);
    }
    if (Sql.text(connection, "SHOW max_slot_wal_keep_size").equals("-1")) {
      warn(
          "max_slot_wal_keep_size of "
              + shard
              + " is unlimited: a copy that stands fills its disk");
    }
  }

  private void reaches(ShardId subscriber, ShardId publisher) throws SQLException {
    String why = Stream.unreachable(servers.kept(subscriber), servers.of(publisher));
    if (!why.isEmpty()) {
      block(
          "the server of "
              + subscriber
              + " does not come to that of "
              + publisher
              + " ("
              + why
              + "), which double-write does not need");
    }
  }

  /** What the mover brings has passed triggers and foreign keys where it came from. */
  private void writesPastTriggers(ShardId shard, Connection connection) throws SQLException {
    if (!CleanSession.asReplica(connection)) {
      block("the mover's user may not set session_replication_role on " + shard);
    }
    Sql.run(connection, "RESET session_replication_role");
  }

  void block(String what) {
    findings.add(new Finding(true, what));
  }

  void warn(String what) {
    findings.add(new Finding(false, what));
  }
}
