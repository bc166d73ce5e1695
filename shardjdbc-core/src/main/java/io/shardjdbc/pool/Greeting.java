package io.shardjdbc.pool;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What is said on each physical connection before anything else runs on it, where the databases
 * keep a map of the shards.
 *
 * <p>Thread-safe.
 */
public interface Greeting {

  /** Of a connection that is not greeted: no epoch is earlier. */
  long NO_EPOCH = -1;

  /**
   * Whether a database keeps a map, as a condition. By its catalogue: to look a name up needs
   * rights on the schema, which there may be for other things.
   */
  String MAP_IS_THERE =
      "EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
          + " ON n.oid = c.relnamespace WHERE n.nspname = 'shardjdbc' AND c.relname = 'map')";

  /** Nobody keeps a map, so nothing is said. */
  Greeting NONE =
      new Greeting() {
        @Override
        public void mapIsThere() {}

        @Override
        public long greet(Connection driver, ShardId shard) {
          return NO_EPOCH;
        }
      };

  /**
   * Told, before a connection is greeted, that a server has a map.
   *
   * @throws SQLException if the process cannot go by it
   */
  void mapIsThere() throws SQLException;

  /**
   * Says to a server whose session this is, and then asks for the epoch of its map.
   *
   * @return the epoch's number; {@link #NO_EPOCH} where nobody keeps a map
   */
  long greet(Connection driver, ShardId shard) throws SQLException;
}
