package io.shardjdbc.testkit.twin;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says whether rows are an answer to a query that one PostgreSQL might have given.
 *
 * <p>Without ORDER BY, rows come in any sequence; rows that tie do so in any sequence among
 * themselves; and a LIMIT takes any of those that tie at its edge. Only where the two answers are
 * not the same row by row, the one PostgreSQL is asked for the rank of each row.
 */
final class RowOrder {

  private final Connection single;
  private final Trial trial;
  private final Clauses clauses;

  RowOrder(Connection single, Trial trial, Clauses clauses) {
    this.single = single;
    this.trial = trial;
    this.clauses = clauses;
  }

  /** What is wrong with the answer, if anything. */
  Optional<String> fault(Reply.Rows expected, Reply.Rows actual) {
    Optional<String> exact = fault(expected, actual, false);
    return exact.isPresent() && expected.hasFloating()
        ? fault(expected.rounded(), actual.rounded(), true)
        : exact;
  }

  private Optional<String> fault(Reply.Rows expected, Reply.Rows actual, boolean rounded) {
    if (expected.rows().equals(actual.rows())) {
      return Optional.empty();
    }
    boolean query = clauses.isQuery();
    boolean ordered = query && clauses.isOrdered();
    boolean limited = trial.maxRows() > 0 || (query && clauses.isLimited());
    Bag<Row> wanted = Bag.of(expected.rows());
    Bag<Row> got = Bag.of(actual.rows());
    if (wanted.equals(got) && !ordered) {
      return Optional.empty();
    }
    if (expected.rows().size() != actual.rows().size() || (!limited && !wanted.equals(got))) {
      return Optional.of("rows differ; " + wanted.difference(got));
    }
    return byRank(expected, actual, rounded);
  }

  private Optional<String> byRank(Reply.Rows expected, Reply.Rows actual, boolean rounded) {
    Trial ranking = new RankQuery(trial, clauses, expected.columns()).trial();
    Reply answer = TrialRun.of(single, ranking);
    Optional<Integer> offset = offset();
    if (!(answer instanceof Reply.Rows ranks) || offset.isEmpty()) {
      return Optional.of("the order differs, and cannot be judged: " + ranking + "\n" + answer);
    }
    List<Row> ranked = (rounded ? ranks.rounded() : ranks).rows();
    int first = offset.get();
    if (ranked.size() < first + actual.rows().size()) {
      return Optional.of("there are fewer rows without the limit");
    }
    Bag<Row> rest = Bag.of(ranked);
    for (int i = 0; i < actual.rows().size(); i++) {
      List<@Nullable String> values = new ArrayList<>();
      values.add(ranked.get(first + i).values().get(0));
      values.addAll(actual.rows().get(i).values());
      if (!rest.remove(new Row(values))) {
        return Optional.of("row " + (i + 1) + " is out of order: " + actual.rows().get(i));
      }
    }
    return Optional.empty();
  }

  /** How many rows OFFSET skips; empty where it cannot be told. */
  private Optional<Integer> offset() {
    List<Token> tokens = clauses.statement().tokens();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).start() >= clauses.tail() && tokens.get(i).isTop("offset")) {
        return skipped(tokens, i + 1);
      }
    }
    return Optional.of(0);
  }

  private Optional<Integer> skipped(List<Token> tokens, int from) {
    int end = from;
    while (end < tokens.size() && !endsOffset(tokens.get(end))) {
      end++;
    }
    if (end == from) {
      return Optional.empty();
    }
    Trial asked =
        new Excerpt(trial, tokens)
            .text("SELECT coalesce((")
            .piece(tokens.get(from).start(), tokens.get(end - 1).end())
            .text(")::integer, 0)::text")
            .build();
    if (TrialRun.of(single, asked) instanceof Reply.Rows rows) {
      String value = rows.rows().get(0).values().get(0);
      return value == null
          ? Optional.empty()
          : Optional.of(Integer.valueOf(value.replaceAll("\\D.*", "")));
    }
    return Optional.empty();
  }

  private static boolean endsOffset(Token token) {
    return token.isTop("row")
        || token.isTop("rows")
        || token.isTop("fetch")
        || token.isTop("limit")
        || token.isTop("for");
  }
}
