package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.MoveRow;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Processes;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.copy.Stream;
import io.shardjdbc.reshard.flip.Maps;
import io.shardjdbc.reshard.guard.Guard;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What all steps of one move need: its row, its servers, its names. */
record Work(
    MoveRow row, Servers servers, MapStore store, MoveListener listener, Settings settings) {

  int id() {
    return row.id();
  }

  Moving moving() {
    return row.moving();
  }

  Positions positions() {
    return row.moving().positions();
  }

  Connection source() throws SQLException {
    return servers.kept(moving().source());
  }

  Connection target() throws SQLException {
    return servers.kept(moving().target());
  }

  Maps forwardMaps() {
    return isKeyByKey() ? new Maps(moving(), false, id()) : new Maps(moving(), false);
  }

  Maps backMaps() {
    return new Maps(moving(), true);
  }

  /** Whether rows come behind the flip. */
  boolean isKeyByKey() {
    return row.strategy() == Strategy.READ_THROUGH;
  }

  Stream forward() {
    return Stream.forward(row.mapId(), id());
  }

  Stream back() {
    return Stream.back(row.mapId(), id());
  }

  Carrier carrier() {
    return Carrier.of(this);
  }

  Processes processes() {
    return new Processes(servers);
  }

  /** The tables as a server names them. */
  List<MovedTable> tables(Connection connection) throws SQLException {
    return MovedTable.of(connection, store.newest().document(), moving().placement());
  }

  Guard guard(Connection connection) throws SQLException {
    return new Guard(id(), tables(connection));
  }

  /** A new epoch, born on the source, and brought to all shards. */
  void change(MapDocument document, Stored before) throws SQLException {
    MapStore.next(source(), before, document);
    store.spread();
  }

  void done(String what) {
    listener.onProgress(id(), row.step(), what);
  }

  void next(Step step) throws SQLException {
    MoveRow.step(source(), id(), servers.mover(), step);
  }
}
