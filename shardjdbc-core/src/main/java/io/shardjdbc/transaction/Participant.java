package io.shardjdbc.transaction;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One shard's part in a transaction: a local transaction on one physical connection. */
public interface Participant {

  ShardId shard();

  /**
   * Whether a statement that writes, by its text, ran on it. A function may have written where this
   * says no; its server knows.
   */
  boolean wrote();

  /** Whether a statement ran on it that may have written, if only by a function it calls. */
  boolean mayHaveWritten();

  /** What its commit waits for, as its writes asked; null where they left that to the server. */
  @Nullable Durability durability();

  /** Notes that a setting was left on its connection that does not end with the transaction. */
  void settingLeft();

  /**
   * Whether its connection has shown to lead into a database, of which that is the {@linkplain
   * Decisions#WHICH_DATABASE identity}, and leads there still.
   */
  boolean isIn(String database);

  /** Notes what its connection leads into. */
  void hasShownToBeIn(String database);

  /** The driver's connection, in its local transaction. */
  Connection connection();

  /**
   * Commits it.
   *
   * @throws SQLException as the driver reports it; the shard is not named yet
   */
  void commit() throws SQLException;

  /** Rolls it back; a connection that is lost has been rolled back by its server. */
  void rollback();

  /**
   * Is ended behind the caller's back: until then its connection stays where it is, and nobody is
   * told what it wrote.
   */
  void endsLater(Ending ending);

  /** Notes what the driver reported on its connection, which may not be usable any more. */
  void failed(SQLException reported);
}
