package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Everything that PostgreSQL accepts is understood. */
class CorporaTest {

  private static final Map<String, Class<? extends Statement>> KINDS =
      Map.of(
          "select", SelectStatement.class,
          "insert", Insert.class,
          "update", Update.class,
          "delete", Delete.class,
          "merge", MergeInto.class,
          "explain", Utility.class,
          "ddl", Utility.class);

  /** What may name no table: VACUUM alone, ALTER TABLE ALL IN TABLESPACE, ON SCHEMA s. */
  private static final Set<String> ON_TABLES = Set.of("create", "drop", "truncate", "lock");

  @Test
  void everyStatementIsParsedAsItsKind() {
    List<String> refused = new ArrayList<>();
    int parsed = 0;
    for (Corpora.Sample sample : Corpora.all()) {
      try {
        Statement statement = sample.parse().statement();
        Class<? extends Statement> kind = KINDS.get(sample.kind());
        if (kind != null) {
          assertThat(statement).as(sample.sql()).isInstanceOf(kind);
        }
        if (statement instanceof Utility utility) {
          check(utility, sample);
        }
        parsed++;
      } catch (SqlSyntaxException e) {
        refused.add(sample.sql() + "\n    " + e.getMessage());
      }
    }
    System.out.println("parsed " + parsed + " statements");
    assertThat(refused).isEmpty();
  }

  private static void check(Utility utility, Corpora.Sample sample) {
    assertThat(utility.verb()).as(sample.sql()).isNotEmpty();
    if (sample.kind().equals("explain")) {
      assertThat(utility.inner()).as(sample.sql()).isNotNull();
    }
    if (utility.object().equals("table") && ON_TABLES.contains(utility.verb())) {
      assertThat(utility.tables()).as(sample.sql()).isNotEmpty();
    }
  }
}
