package io.shardjdbc.testkit.twin;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a statement of a corpus is to a twin: rows are read and written, tables are made; roles,
 * settings, transactions and what else concerns the server or the session are left out.
 */
final class CorpusStatement {

  private static final Set<String> ROWS =
      Set.of("select", "insert", "update", "delete", "merge", "values", "table", "with", "(");
  private static final Set<String> ADDS = Set.of("insert", "merge");
  private static final Set<String> DEFINES = Set.of("create", "alter", "drop");
  private static final Set<String> OBJECTS =
      Set.of("table", "view", "index", "type", "domain", "function", "aggregate", "schema");
  private static final Set<String> NOISE =
      Set.of(
          "or",
          "replace",
          "temp",
          "temporary",
          "unlogged",
          "local",
          "global",
          "unique",
          "recursive");

  /** Whose value depends on the moment, on chance, or on the server that is asked. */
  private static final Set<String> UNDETERMINED =
      Set.of(
          "random",
          "now",
          "current_timestamp",
          "current_time",
          "current_date",
          "localtime",
          "localtimestamp",
          "clock_timestamp",
          "timeofday",
          "statement_timestamp",
          "age",
          "transaction_timestamp",
          "ctid",
          "xmin",
          "xmax",
          "cmin",
          "cmax",
          "tableoid",
          "oid",
          "nextval",
          "currval",
          "lastval",
          "setval",
          "tablesample",
          "current_database",
          "current_catalog",
          "version",
          "gen_random_uuid",
          "information_schema",
          "regclass",
          "regtype",
          "regproc",
          "regprocedure",
          "current_setting",
          "set_config",
          "random_normal");

  private final String sql;
  private final List<Token> tokens;

  CorpusStatement(String sql) {
    this.sql = sql;
    this.tokens = Scanner.scan(sql);
  }

  String sql() {
    return sql;
  }

  List<Token> tokens() {
    return tokens;
  }

  boolean isOfRows() {
    return !tokens.isEmpty() && ROWS.contains(tokens.get(0).text()) && !hasTop("into", "select");
  }

  private boolean hasTop(String word, String first) {
    return tokens.get(0).isTop(first) && tokens.stream().anyMatch(t -> t.isTop(word));
  }

  /** Whether it defines something in a database, and nothing that all databases share. */
  boolean isDefinition() {
    if (tokens.size() < 3 || !DEFINES.contains(tokens.get(0).text())) {
      return !tokens.isEmpty() && tokens.get(0).isTop("truncate");
    }
    int object = 1;
    while (object < tokens.size() - 1 && NOISE.contains(tokens.get(object).text())) {
      object++;
    }
    return OBJECTS.contains(tokens.get(object).text());
  }

  /** Whether rows may come to be by it that are numbered as they come. */
  boolean addsRows() {
    return isDefinition() || tokens.stream().anyMatch(t -> ADDS.contains(t.text()));
  }

  /** Whether it names one of the tables. */
  boolean names(Collection<String> tables) {
    return tokens.stream().anyMatch(t -> tables.contains(t.text()));
  }

  /**
   * The same, of a table that stays, as the corpus has many that are temporary, and in a
   * transaction, in which the twin's one PostgreSQL runs what it runs.
   */
  String lasting() {
    for (Token token : tokens.subList(0, Math.min(5, tokens.size()))) {
      if (token.isTop("concurrently") && isDefinition()) {
        return sql.substring(0, token.start()) + sql.substring(token.end());
      }
    }
    if (tokens.size() > 2
        && tokens.get(0).isTop("create")
        && (tokens.get(1).isTop("temp") || tokens.get(1).isTop("temporary"))) {
      return sql.substring(0, tokens.get(1).start()) + sql.substring(tokens.get(1).end());
    }
    return sql;
  }

  /** Where the query of CREATE TABLE .. AS begins. */
  Optional<Integer> queryOfTable() {
    if (!isDefinition() || !tokens.get(0).isTop("create")) {
      return Optional.empty();
    }
    boolean table = tokens.stream().limit(3).anyMatch(t -> t.isTop("table"));
    for (int i = 2; table && i < tokens.size() - 1; i++) {
      if (tokens.get(i).isTop("as")) {
        return Optional.of(tokens.get(i + 1).start());
      }
    }
    return Optional.empty();
  }

  /** Whether a word in it says that two servers may well answer differently. */
  boolean namesChance() {
    return tokens.stream()
        .anyMatch(
            token ->
                switch (token.kind()) {
                  case WORD -> isUndetermined(token.text());
                  case STRING ->
                      token.text().matches("(?is)'\\s*(now|today|tomorrow|yesterday)\\b.*");
                  default -> false;
                });
  }

  private static boolean isUndetermined(String word) {
    return UNDETERMINED.contains(word)
        || (word.startsWith("pg_") && !word.equals("pg_typeof"))
        || word.startsWith("txid_")
        || word.startsWith("inet_")
        || (word.startsWith("has_") && word.endsWith("_privilege"));
  }
}
