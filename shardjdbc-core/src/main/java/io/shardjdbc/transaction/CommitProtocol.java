package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** How the parts of one transaction are committed. Thread-safe; it keeps nothing of them. */
public interface CommitProtocol {

  /**
   * Refuses what could not be committed, before the statement that would make it so is sent.
   *
   * @param writers all shards that will have been written to, the first one first
   * @throws SQLException if one of them cannot take part
   */
  default void admit(Collection<ShardId> writers) throws SQLException {}

  /**
   * Commits all participants. Whatever happens, each of them is out of its transaction afterwards.
   *
   * @param participants in the order in which they joined
   * @throws SQLException naming the shards concerned, if not all of them committed
   */
  void commit(List<? extends Participant> participants) throws SQLException;
}
