package io.shardjdbc.tests.core;

import io.shardjdbc.observe.EndedPart;
import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.replication.ReplicationEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A listener that remembers what it has heard. */
final class Heard implements ShardListener {

  private final List<Statement> statements = new CopyOnWriteArrayList<>();
  private final List<EndedTransaction> transactions = new CopyOnWriteArrayList<>();
  private final List<ReplicationEvent> events = new CopyOnWriteArrayList<>();

  /** One statement that was heard of. */
  static final class Statement implements StatementListener {
    final StartedStatement start;
    final Map<StartedPart, EndedPart> parts = new ConcurrentHashMap<>();
    volatile @Nullable EndedStatement end;

    Statement(StartedStatement start) {
      this.start = start;
    }

    @Override
    public PartListener part(StartedPart part) {
      return its -> parts.put(part, its);
    }

    @Override
    public void ended(EndedStatement its) {
      end = its;
    }

    EndedStatement end() {
      EndedStatement its = end;
      if (its == null) {
        throw new AssertionError("has not ended: " + start.summary());
      }
      return its;
    }

    List<String> nodes() {
      return parts.keySet().stream().map(part -> part.server().node()).sorted().toList();
    }

    StartedPart only() {
      if (parts.size() != 1) {
        throw new AssertionError("parts: " + parts.keySet());
      }
      return parts.keySet().iterator().next();
    }
  }

  @Override
  public StatementListener started(StartedStatement statement) {
    Statement one = new Statement(statement);
    statements.add(one);
    return one;
  }

  @Override
  public void ended(EndedTransaction transaction) {
    transactions.add(transaction);
  }

  @Override
  public void on(ReplicationEvent event) {
    events.add(event);
  }

  /** The statements since the last time, and forgets them. */
  List<Statement> statements() {
    List<Statement> all = new ArrayList<>(statements);
    statements.clear();
    return all;
  }

  /** The only statement since the last time. */
  Statement only() {
    List<Statement> all = statements();
    if (all.size() != 1) {
      throw new AssertionError("heard of " + all.stream().map(s -> s.start.summary()).toList());
    }
    return all.get(0);
  }

  List<EndedTransaction> transactions() {
    List<EndedTransaction> all = new ArrayList<>(transactions);
    transactions.clear();
    return all;
  }

  List<ReplicationEvent> events() {
    return events;
  }
}
