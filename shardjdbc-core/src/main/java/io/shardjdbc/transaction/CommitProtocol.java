package io.shardjdbc.transaction;

import java.sql.SQLException;
import java.util.List;

/** How the parts of one transaction are committed. Thread-safe; it keeps nothing of them. */
public interface CommitProtocol {

  /**
   * Commits all participants. Whatever happens, each of them is out of its transaction afterwards.
   *
   * @param participants in the order in which they joined
   * @throws SQLException naming the shards concerned, if not all of them committed
   */
  void commit(List<? extends Participant> participants) throws SQLException;
}
