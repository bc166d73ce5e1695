package io.shardjdbc.session;

import java.sql.SQLException;

/** The savepoints of a session's transaction, which span all shards that take part in it. */
public final class Savepoints {

  private final Session session;

  Savepoints(Session session) {
    this.session = session;
  }

  /** SAVEPOINT; it holds for shards that join later too. */
  public void set(String quotedName) throws SQLException {
    session
        .turn()
        .with(
            () ->
                SentTogether.callersTransaction(session, "SAVEPOINT")
                    .savepoint(quotedName, session.state()));
  }

  /** RELEASE SAVEPOINT. */
  public void release(String quotedName) throws SQLException {
    session
        .turn()
        .with(
            () ->
                SentTogether.callersTransaction(session, "RELEASE SAVEPOINT").release(quotedName));
  }

  /** ROLLBACK TO SAVEPOINT. */
  public void rollbackTo(String quotedName) throws SQLException {
    session
        .turn()
        .with(
            () -> {
              OpenTransaction open =
                  SentTogether.callersTransaction(session, "ROLLBACK TO SAVEPOINT");
              session.state(open.rollbackTo(quotedName).outlivedBy(session.state()));
              session.kept().wentBack(false);
            });
  }
}
