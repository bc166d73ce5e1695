package io.shardjdbc.jdbc;

import io.shardjdbc.catalog.AskingCatalog;
import io.shardjdbc.catalog.ShardCatalog;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The shapes of tables as a transaction sees them that has changed the schema, and that nobody else
 * can see yet.
 *
 * <p>It asks on the transaction's own connections, each time behind a savepoint, so that neither a
 * question's error nor its settings stay. What these do not know, the other shards are asked, and
 * only they: beside the transaction, its own shards still show what it has dropped, or wait for it.
 */
public final class SessionCatalog extends AskingCatalog {

  private final Session session;
  private final ShardCatalog others;

  public SessionCatalog(Session session, ShardCatalog others) {
    this.session = session;
    this.others = others;
  }

  @Override
  public <T> Optional<T> ask(NodePool.Question<Optional<T>> question) {
    Set<ShardId> answered = new HashSet<>();
    for (Held participant : session.participants()) {
      try {
        Optional<T> answer = ask(participant.connection(), question);
        if (answer.isPresent()) {
          return answer;
        }
        answered.add(participant.shard());
      } catch (SQLException e) {
        break; // a transaction that is lost; whatever runs next says so
      }
    }
    return others.ask(question, answered);
  }

  @Override
  public <T> List<T> everywhere(NodePool.Question<List<T>> question) {
    Set<T> all = new LinkedHashSet<>();
    Set<ShardId> answered = new HashSet<>();
    for (Held participant : session.participants()) {
      try {
        all.addAll(ask(participant.connection(), question));
        answered.add(participant.shard());
      } catch (SQLException e) {
        break; // a transaction that is lost; whatever runs next says so
      }
    }
    all.addAll(others.everywhere(question, answered));
    return List.copyOf(all);
  }

  /** What a transaction has changed, others have not: nothing holds on all shards alike. */
  @Override
  protected boolean onAll(NodePool.Question<Boolean> question) {
    return false;
  }

  @Override
  protected List<ShardId> holders(NodePool.Question<Boolean> question) {
    Set<ShardId> with = new LinkedHashSet<>();
    Set<ShardId> answered = new HashSet<>();
    for (Held participant : session.participants()) {
      try {
        if (ask(participant.connection(), question)) {
          with.add(participant.shard());
        }
        answered.add(participant.shard());
      } catch (SQLException e) {
        break; // a transaction that is lost; whatever runs next says so
      }
    }
    with.addAll(others.holders(question, answered));
    return List.copyOf(with);
  }

  private static <T> T ask(Connection connection, NodePool.Question<T> question)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      return question.ask(connection);
    } finally {
      connection.rollback(before);
      connection.releaseSavepoint(before);
    }
  }
}
