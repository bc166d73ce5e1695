package io.shardjdbc.routing.sql;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What stands in FROM, in USING of DELETE and MERGE, or as the target of a write. */
public sealed interface FromItem extends Node {

  /**
   * A name given to a FROM item.
   *
   * @param columns the names given to its columns, from the first; possibly fewer than it has
   * @param typed whether the columns came with types, as for {@code jsonb_to_recordset}
   */
  record Alias(String name, List<String> columns, boolean typed) {
    public Alias {
      columns = List.copyOf(columns);
    }
  }

  /**
   * A table, view, or common table expression by name.
   *
   * @param sample the TABLESAMPLE that follows
   */
  record Table(Name name, boolean only, @Nullable Alias alias, @Nullable Sample sample, Span span)
      implements FromItem {

    /** The name by which columns refer to it. */
    public String label() {
      return alias == null ? name.last() : alias.name();
    }

    @Override
    public List<Expr> children() {
      return sample == null ? List.of() : sample.arguments();
    }
  }

  /**
   * {@code TABLESAMPLE method (arguments) [REPEATABLE (seed)]}.
   *
   * @param method its name, with its schema where that is not the server's own
   * @param arguments the seed among them
   */
  record Sample(String method, List<Expr> arguments, Span span) {
    public Sample {
      arguments = List.copyOf(arguments);
    }

    /**
     * Whether it draws from each part of a table as it draws from the whole, so that samples of the
     * parts are a sample of the whole.
     */
    public boolean byShare() {
      return method.equals("bernoulli") || method.equals("system");
    }
  }

  /** {@code [LATERAL] (SELECT ...) [alias]}. */
  record Derived(boolean lateral, Query query, @Nullable Alias alias, Span span)
      implements FromItem {
    @Override
    public List<Query> children() {
      return List.of(query);
    }
  }

  /**
   * A function, ROWS FROM(...), XMLTABLE or JSON_TABLE; every expression in it is below it.
   *
   * @param calls the functions, one but for ROWS FROM; XMLTABLE and JSON_TABLE are special calls
   */
  record Function(
      boolean lateral, List<Expr> calls, boolean ordinality, @Nullable Alias alias, Span span)
      implements FromItem {
    public Function {
      calls = List.copyOf(calls);
    }

    @Override
    public List<Expr> children() {
      return calls;
    }
  }

  /** The ways to join. */
  enum JoinKind {
    INNER,
    CROSS,
    LEFT,
    RIGHT,
    FULL
  }

  /**
   * A join of two items.
   *
   * @param using the columns of USING; empty where there is none
   * @param usingAlias the name of {@code USING (..) AS name}
   * @param alias the name of a join in parentheses: {@code (a JOIN b ON ..) AS name}
   */
  record Join(
      JoinKind kind,
      boolean natural,
      FromItem left,
      FromItem right,
      @Nullable Expr on,
      List<String> using,
      @Nullable String usingAlias,
      @Nullable Alias alias,
      Span span)
      implements FromItem {
    public Join {
      using = List.copyOf(using);
    }

    @Override
    public List<Node> children() {
      return Below.of(this);
    }

    @Override
    public boolean anyChild(Predicate<? super Node> such) {
      return such.test(left) || such.test(right) || Below.is(on, such);
    }
  }
}
